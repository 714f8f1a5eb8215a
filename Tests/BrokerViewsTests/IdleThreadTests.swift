import Foundation
import Testing

@testable import BrokerViews

@Suite("IdleThread")
struct IdleThreadTests {
    private struct Failure: Error {}

    @Test("runs work in a thread of the idle policy, one piece after the other")
    func runs() throws {
        let idle = IdleThread(name: "idle-test")
        defer { idle.stop() }
        let own = sched_getscheduler(0)
        for number in 1...100 {
            let (policy, value) = try idle.run { (sched_getscheduler(0), number * 2) }
            #expect(policy == 5 && value == number * 2)
        }
        #expect(sched_getscheduler(0) == own)
    }

    @Test("hands errors back and goes on")
    func errors() throws {
        let idle = IdleThread(name: "idle-test")
        defer { idle.stop() }
        #expect(throws: Failure.self) { try idle.run { throw Failure() } }
        #expect(try idle.run { 7 } == 7)
    }
}
