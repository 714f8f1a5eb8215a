import ClientKit
import Testing

@Suite struct RateMeterTests {
    private func meter(_ readings: [(UInt64, Int64)]) -> RateMeter {
        var meter = RateMeter()
        for (value, at) in readings { meter.read(value, at: at) }
        return meter
    }

    @Test("one reading is no rate, two are the difference over the time between")
    func twoReadings() {
        #expect(meter([]).perMinute == nil)
        #expect(meter([(7, 1_000)]).perMinute == nil)
        #expect(meter([(7, 1_000), (9, 3_000)]).perMinute == 60)
        #expect(meter([(7, 1_000), (7, 3_000)]).perMinute == 0)
        #expect(meter([(7, 1_000), (9, 1_000)]).perMinute == nil)
    }

    @Test("only the last minute counts, its first moment included")
    func window() {
        let readings: [(UInt64, Int64)] = [(0, 0), (100, 1_000), (160, 61_000)]
        #expect(meter(readings).perMinute == 60)
        #expect(meter([(0, 0), (100, 999), (160, 60_999)]).perMinute == 60)
        #expect(meter([(0, 0), (60, 60_000)]).perMinute == 60)
    }

    @Test("readings further apart than the window are two readings still")
    func gap() {
        #expect(meter([(0, 0), (5, 1_000), (65, 121_000)]).perMinute == 30)
    }

    @Test("a counter that shrank is another one")
    func restart() {
        #expect(meter([(9, 0), (10, 1_000), (3, 2_000)]).perMinute == nil)
        #expect(meter([(9, 0), (3, 2_000), (4, 3_000)]).perMinute == 60)
    }
}

@Suite struct TargetBarTests {
    @Test(
        "closed, open and missing fill the width, and only a reached target fills all of it",
        arguments: [
            (10, 0, 0, "[..........]"), (10, 5, 2, "[##===.....]"), (10, 10, 10, "[##########]"),
            (10, 30, 30, "[##########]"), (1_000, 1, 0, "[=.........]"),
            (1_000, 1, 1, "[#.........]"), (1_000, 999, 999, "[#########.]"), (0, 5, 5, ""),
            (10, 2, 5, "[##........]"),
        ] as [(UInt64, UInt64, UInt64, String)])
    func text(target: UInt64, found: UInt64, closed: UInt64, text: String) {
        let bar = TargetBar(target: target, found: found, closed: closed)
        #expect(bar.text(width: 12) == text)
    }

    @Test("the share is in whole percent, rounded down")
    func percent() {
        #expect(TargetBar(target: 1_000, found: 999, closed: 0).percent == 99)
        #expect(TargetBar(target: 3, found: 4, closed: 0).percent == 133)
        #expect(TargetBar(target: 1, found: .max, closed: 0).percent == 999)
        #expect(TargetBar(target: 0, found: 1, closed: 0).percent == nil)
    }
}
