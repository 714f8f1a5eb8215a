import Foundation
import Testing
import Threads

@Suite("ThreadPriority")
struct ThreadPriorityTests {
    @Test("A thread that may wait gets less of a processor, and others as much as before")
    func background() {
        let before = Self.niceness
        #expect(Self.inThread { ThreadPriority.background(niceness: 7) } == max(7, before))
        #expect(Self.inThread {} == before)
        #expect(Self.niceness == before)
    }

    @Test("Nobody gets more of a processor than before")
    func neverLess() {
        let result = Self.inThread {
            ThreadPriority.background(niceness: 12)
            ThreadPriority.background(niceness: 3)
            ThreadPriority.prompt()
        }
        #expect(result == max(12, Self.niceness))
    }

    @Test("Short turns are inherited, and threads that may wait give them back")
    func turns() throws {
        nonisolated(unsafe) var slices: [String?] = []
        _ = Self.inThread {
            let usual = Self.slice
            ThreadPriority.prompt()
            slices = [usual, Self.slice]
            _ = Self.inThread {
                slices.append(Self.slice)
                ThreadPriority.background(niceness: 0)
                slices.append(Self.slice)
            }
        }
        // Kernels before 6.12, and those without figures of their scheduler, tell nothing.
        guard let usual = slices[0], let short = slices[1], short != usual else { return }
        #expect(short == "100000" && slices == [usual, short, short, usual])
    }

    /// What a new thread's niceness is after `body`.
    private static func inThread(_ body: @escaping @Sendable () -> Void) -> Int32 {
        nonisolated(unsafe) var result: Int32 = 0
        let ended = DispatchSemaphore(value: 0)
        let thread = Thread {
            body()
            result = niceness
            ended.signal()
        }
        thread.start()
        ended.wait()
        return result
    }

    private static var niceness: Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

    /// The slice of the calling thread in nanoseconds, as the scheduler tells it.
    private static var slice: String? {
        let text = try? String(contentsOfFile: "/proc/thread-self/sched", encoding: .utf8)
        let line = text?.split(separator: "\n").first { $0.hasPrefix("se.slice") }
        return line?.split(separator: " ").last.map(String.init)
    }
}
