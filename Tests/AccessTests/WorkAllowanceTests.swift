import Access
import Testing

@Suite("WorkAllowance")
struct WorkAllowanceTests {
    private static let perSecond = 1_000
    private static let full = perSecond * WorkAllowance.savedSeconds

    @Test(
        "frames are looked at until all is spent: one unit below, at, and one above the limit",
        arguments: [(full - 1, true), (full, false), (full + 1, false)])
    func limit(units: Int, isOpen: Bool) {
        var allowance = WorkAllowance(unitsPerSecond: Self.perSecond, now: 5)
        allowance.pay(units)
        let opened = allowance.isOpen(at: 5)
        #expect(opened == isOpen)
    }

    @Test("a debt is waited for, to the millisecond")
    func debt() {
        var allowance = WorkAllowance(unitsPerSecond: Self.perSecond, now: 0)
        allowance.pay(Self.full + 500)
        let opened = [499, 500, 501].map { allowance.isOpen(at: $0) }
        #expect(opened == [false, false, true])
    }

    @Test("what is asked at the rate is always looked at, and idleness saves two seconds")
    func steady() {
        var allowance = WorkAllowance(unitsPerSecond: Self.perSecond, now: 0)
        for now in 1...10_000 as ClosedRange<Int64> {
            let opened = allowance.isOpen(at: now)
            #expect(opened)
            allowance.pay(1)
        }
        // An hour later there are two seconds' worth, not an hour's.
        var opened = allowance.isOpen(at: 3_610_000)
        #expect(opened)
        allowance.pay(Self.full)
        opened = allowance.isOpen(at: 3_610_000)
        #expect(!opened)
    }

    @Test("parts of a unit are not lost however often it is asked")
    func fractions() {
        var allowance = WorkAllowance(unitsPerSecond: 100, now: 0)
        allowance.pay(200)
        // A tenth of a unit in a millisecond.
        let opened = (0...3).map { allowance.isOpen(at: $0) }
        #expect(opened == [false, true, true, true])
        allowance.pay(1)
        let later = (8...11).map { allowance.isOpen(at: $0) }
        #expect(later == [false, false, false, true])
    }

    @Test("a clock that stands still or the longest wait overflows nothing")
    func extremes() {
        var allowance = WorkAllowance(unitsPerSecond: 2_000_000, now: .min / 2)
        var opened = allowance.isOpen(at: .max / 2)
        #expect(opened)
        allowance.pay(4_000_000)
        opened = allowance.isOpen(at: 0)
        #expect(!opened)
    }

    @Test("the holder is told once in a second")
    func telling() {
        var allowance = WorkAllowance(unitsPerSecond: 1, now: 0)
        let told = [0, 1, 999, 1_000, 1_001, 2_000].filter { allowance.mayTell(at: $0) }
        #expect(told == [0, 1_000, 2_000])
    }
}
