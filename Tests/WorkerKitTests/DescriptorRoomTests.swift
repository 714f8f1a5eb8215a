import Synchronization
import Testing

@testable import WorkerKit

/// Whether there are descriptors for another command.
@Suite struct DescriptorRoomTests {
    @Test("Commands that are being started have their room, those that run have taken it")
    func shares() throws {
        let free = Mutex(DescriptorRoom.each * 2 + 1)
        let room = DescriptorRoom { count in free.withLock { count <= $0 } }
        let first = try #require(room.take())
        let second = try #require(room.take())
        #expect(room.take() == nil)
        first.giveBack()
        first.giveBack()
        free.withLock { $0 -= 8 }
        // The second one's room is still kept.
        #expect(room.take() == nil)
        second.giveBack()
        let third = try #require(room.take())
        #expect(room.take() == nil)
        third.giveBack()
    }
}
