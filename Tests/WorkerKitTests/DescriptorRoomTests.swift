import Foundation
import Synchronization
import Testing

@testable import WorkerKit

/// Whether there are descriptors for another command, and who gets them.
@Suite struct DescriptorRoomTests {
    private static func room(_ free: Int) -> (Pool, DescriptorRoom) {
        let pool = Pool(free)
        return (pool, DescriptorRoom { count in count <= pool.free })
    }

    @Test("Commands that are being started have their room, those that run have taken it")
    func shares() async throws {
        let (pool, room) = Self.room(DescriptorRoom.each * 2 + 1)
        let first = try #require(await room.take())
        let second = try #require(await room.take())
        async let third = room.take()
        try await eventually { room.waitingCount == 1 }
        // What the first has opened is gone; the second one's room is still kept.
        pool.free -= 8
        first.started()
        #expect(room.waitingCount == 1)
        second.started()
        let share = try #require(await third)
        share.end()
        first.end()
        second.end()
    }

    @Test("Where nobody has any to give back, there is none")
    func none() async throws {
        let (pool, room) = Self.room(DescriptorRoom.each - 1)
        #expect(await room.take() == nil)
        pool.free += 1
        let share = try #require(await room.take())
        pool.free = 0
        share.started()
        share.end()
        #expect(await room.take() == nil)
    }

    @Test("A rush has its turns: each command gets its room, and never too many at once")
    func rush() async {
        // Room for three that start and for two that run.
        let (pool, room) = Self.room(DescriptorRoom.each * 3 + 8)
        let served = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    guard let share = await room.take() else { return false }
                    pool.start()
                    await Task.yield()
                    pool.take(4)
                    share.started()
                    await Task.yield()
                    pool.take(-4)
                    share.end()
                    return true
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(served == 200)
        #expect(pool.least >= 0)
        #expect(pool.mostStarting <= 3)
    }

    @Test("No more than so many are started at a time, however much room there is")
    func atOnce() async throws {
        let (_, room) = Self.room(1 << 20)
        var shares: [DescriptorRoom.Share?] = []
        for _ in 0..<DescriptorRoom.atOnce { shares.append(await room.take()) }
        async let next = room.take()
        try await eventually { room.waitingCount == 1 }
        shares[0]?.started()
        #expect(await next != nil)
    }

    @Test("Where there is room there is room, whatever is opened and closed meanwhile")
    func moving() async {
        let isOver = Mutex(false)
        let other = Thread {
            while !isOver.withLock({ $0 }) { close(dup(0)) }
        }
        other.start()
        var refused = 0
        for _ in 0..<20_000 {
            let share = await DescriptorRoom.process.take()
            if share == nil { refused += 1 }
            share?.end()
        }
        isOver.withLock { $0 = true }
        #expect(refused == 0)
    }

    @Test("Who waits and is cancelled gets none, and nobody's turn is lost")
    func cancelled() async throws {
        let (pool, room) = Self.room(DescriptorRoom.each)
        let first = try #require(await room.take())
        let waiting = Task { await room.take() }
        try await eventually { room.waitingCount == 1 }
        async let next = room.take()
        try await eventually { room.waitingCount == 2 }
        waiting.cancel()
        #expect(await waiting.value == nil)
        #expect(room.waitingCount == 1)
        first.end()
        first.started()
        let share = try #require(await next)
        share.end()
        // Nobody runs: there is nothing to wait for where there is no room.
        pool.free = 0
        #expect(await room.take() == nil)
    }
}

/// Descriptors that are left, and who is about to take some.
private final class Pool: Sendable {
    private struct State {
        var free: Int
        var least: Int
        var starting = 0
        var mostStarting = 0
    }

    private let state: Mutex<State>

    init(_ free: Int) { state = Mutex(State(free: free, least: free)) }

    var free: Int {
        get { state.withLock { $0.free } }
        set { state.withLock { $0.free = newValue } }
    }

    var least: Int { state.withLock { $0.least } }

    var mostStarting: Int { state.withLock { $0.mostStarting } }

    func start() {
        state.withLock { state in
            state.starting += 1
            state.mostStarting = max(state.mostStarting, state.starting)
        }
    }

    func take(_ count: Int) {
        state.withLock { state in
            if count > 0 { state.starting -= 1 }
            state.free -= count
            state.least = min(state.least, state.free)
        }
    }
}
