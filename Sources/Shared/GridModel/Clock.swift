/// The unit of a limit; domain words in docs/domain terms: 紧急工作时, 工作时, 工作日, 自然日.
package enum LimitUnit: String, CaseIterable, Codable, Sendable {
    /// Sixty minutes that run day and night.
    case urgentHour = "urgent_hour"
    /// Sixty minutes of working time.
    case workHour = "work_hour"
    /// Ends at closing time of the n-th working day after the day of the start.
    case workDay = "work_day"
    /// Twenty-four hours.
    case naturalDay = "natural_day"
}

/// How long something may take.
package struct Limit: Hashable, Sendable, Codable {
    /// Whole days for `workDay`, milliseconds for every other unit, so that minutes are exact; not
    /// negative.
    package var amount: Int64
    /// What counts as time.
    package var unit: LimitUnit

    /// A limit of so many whole units; saturates.
    package init(_ count: Int64, _ unit: LimitUnit) {
        self.init(unit: unit, amount: count.saturatingMultiplied(by: unit.amountOfOne))
    }

    /// A limit from its stored parts.
    package init(unit: LimitUnit, amount: Int64) {
        self.amount = amount
        self.unit = unit
    }

    /// A limit of so many minutes that run day and night.
    package static func minutes(_ count: Int64) -> Limit {
        Limit(unit: .urgentHour, amount: count.saturatingMultiplied(by: 60_000))
    }
}

extension LimitUnit {
    /// What one of it is as the amount of a limit.
    fileprivate var amountOfOne: Int64 {
        switch self {
        case .urgentHour, .workHour: 3_600_000
        case .workDay: 1
        case .naturalDay: 86_400_000
        }
    }
}

extension Int64 {
    fileprivate func saturatingMultiplied(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}

/// A clock that was started: when it warns and when it is due.
package struct Deadline: Hashable, Sendable, Codable {
    /// At 80 % of the time: the light turns from green to yellow.
    package var warnsAt: Timestamp
    /// At 100 %: the light turns red.
    package var dueAt: Timestamp
    /// It runs past the published calendar and will be computed again with the next one.
    package var isProvisional: Bool

    /// A deadline from its parts.
    package init(warnsAt: Timestamp, dueAt: Timestamp, isProvisional: Bool) {
        self.warnsAt = warnsAt
        self.dueAt = dueAt
        self.isProvisional = isProvisional
    }

    /// The deadline of a clock without a limit.
    package static let none = Deadline(
        warnsAt: .distantFuture, dueAt: .distantFuture, isProvisional: false)
}
