import BrokerEngine
import GridModel
import Testing

@testable import BrokerServer

@Suite("AttendedClock")
struct AttendedClockTests {
    private func moment(_ milliseconds: UInt64) -> Moment {
        Moment(wall: .zero, monotonicNanoseconds: milliseconds * 1_000_000)
    }

    @Test("turns that follow each other count in full")
    func follows() {
        var clock = AttendedClock(moment(5_000))
        #expect(clock.advanced(to: moment(5_250), isListening: true).monotonicMilliseconds == 5_250)
        #expect(clock.advanced(to: moment(6_250), isListening: true).monotonicMilliseconds == 6_250)
    }

    @Test("a broker that was stopped for a minute has attended a second of it")
    func stopped() {
        var clock = AttendedClock(moment(0))
        let after = clock.advanced(to: moment(60_000), isListening: true)
        #expect(after.monotonicMilliseconds == 1_000)
        #expect(after.monotonicNanoseconds == 60_000_000_000)
        #expect(
            clock.advanced(to: moment(60_100), isListening: true).monotonicMilliseconds == 1_100)
    }

    @Test("time in which the broker does not listen does not count")
    func deaf() {
        var clock = AttendedClock(moment(0))
        #expect(clock.advanced(to: moment(500), isListening: false).monotonicMilliseconds == 0)
        #expect(clock.advanced(to: moment(600), isListening: true).monotonicMilliseconds == 100)
    }
}
