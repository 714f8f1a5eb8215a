import Testing

@testable import ZeroMQ

@Suite("Alarm", .timeLimit(.minutes(1)))
struct AlarmTests {
    @Test("A wait ends when the time is over, and not before", arguments: [1, 300_000, 20_000_000])
    func rings(nanoseconds: UInt64) throws {
        let alarm = try Alarm()
        var items = [PollItem(descriptor: alarm.descriptor)]
        let begun = ContinuousClock.now
        alarm.set(nanoseconds: nanoseconds)
        try #require(try poll(&items, timeoutMilliseconds: 10_000) == 1)
        #expect(begun.duration(to: .now) >= .nanoseconds(nanoseconds))
        alarm.clear()
        #expect(try poll(&items, timeoutMilliseconds: 0) == 0)
    }

    @Test("A later time takes the place of an earlier one")
    func setAgain() throws {
        let alarm = try Alarm()
        alarm.set(nanoseconds: 1_000_000)
        alarm.set(nanoseconds: 3_600_000_000_000)
        var items = [PollItem(descriptor: alarm.descriptor)]
        #expect(try poll(&items, timeoutMilliseconds: 20) == 0)
    }
}
