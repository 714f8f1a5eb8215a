import GridCodec
package import GridModel

/// The calls of the hot path: 200 bytes each under an id that is counted, in a street with one
/// department.
package struct HotPathCall {
    /// Who works on them.
    package static let department = "bench"
    /// When they were observed, a Monday morning; the clock begins there too.
    package static let observedAt: Int64 = 1_767_600_000_000

    /// What they are about.
    package static let category = "litter"
    /// Where they were seen.
    package static let grid = "bench-101"

    private static let bytes = 200
    /// Where a submitted item has its id: behind the field's number and its length.
    private static let idRange = 2..<18

    private let template: [UInt8]

    /// The call as it is encoded once; only its id changes.
    package init() {
        var item = WireSubmitItem()
        item.id = UniqueID(high: 1, low: 1).data
        item.category = Self.category
        item.grid = Self.grid
        item.observedAt = Self.observedAt
        item.texts.description_p = ""
        let text = String(repeating: "Bags of litter beside the bins. ", count: 8)
        // The description's number and length, and the longer length of the texts, take 3 bytes.
        item.texts.description_p = String(text.prefix(Self.bytes - item.encoded().count - 3))
        template = item.encoded()
    }

    /// The encoded item of the call with a number.
    package func item(_ number: UInt64) -> [UInt8] {
        // A UUID of version 7, as terminals make them, whose random bits are scattered numbers.
        let scattered = number &* 0x9E37_79B9_7F4A_7C15
        let high = UInt64(Self.observedAt) << 16 | 0x7000 | scattered >> 52
        var bytes = template
        withUnsafeBytes(of: (high.bigEndian, (1 << 63 | number).bigEndian)) {
            bytes.replaceSubrange(Self.idRange, with: $0)
        }
        return bytes
    }

    /// The street: as `Benchmarks/catalogue.yaml`, made without reading a file.
    package static var catalogue: StreetCatalogue {
        let name = LocalizedName(chinese: "基准", english: "Bench")
        var limits = ClockLimits()
        limits.dispatch = Limit(unit: .urgentHour, amount: 10 * 60_000)
        limits.accept = Limit(unit: .urgentHour, amount: 30 * 60_000)
        limits.resolve = Limit(4, .workHour)
        let filing = FilingCondition(id: "default", name: name, limits: limits)
        let plain = Category(
            id: category, name: name, urgency: .ordinary,
            stages: [Stage(parts: [.init(department: department, role: .lead)])],
            conditions: [filing])
        return StreetCatalogue(
            street: Street(id: "bench", name: name, casePrefix: "BE"),
            departments: [Department(id: department, name: name)],
            grids: [Grid(id: grid, name: name)], categories: [plain], campaigns: [],
            calendar: calendar, policy: WorkPolicy())
    }

    /// Office hours of a year of working days, so that deadlines are looked up as in real ones.
    private static var calendar: WorkCalendar {
        let (hour, day) = (Int64(3_600_000), Int64(86_400_000))
        let first = observedAt / day
        let intervals = (first..<first + 365).filter { ($0 - first) % 7 < 5 }.map { number in
            WorkCalendar.Interval(
                opens: Timestamp(milliseconds: number * day + 1 * hour),
                closes: Timestamp(milliseconds: number * day + 9 * hour), day: number)
        }
        return WorkCalendar(
            intervals: intervals,
            publishedThrough: Timestamp(milliseconds: (first + 365) * day), zone: .utc)
    }
}
