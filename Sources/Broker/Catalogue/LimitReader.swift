import GridModel

/// Reads limits: how long each step may take.
struct LimitReader {
    /// The key of each clock.
    static let clocks: [(key: String, kind: ClockKind)] = [
        ("dispatch", .dispatch), ("accept", .accept), ("arrive", .arrive), ("resolve", .resolve),
        ("check", .check), ("review", .review), ("reply", .reply), ("report_due", .reportDue),
    ]

    let log: MistakeLog

    /// The limits of `base` with those of `entry` put in their places.
    func limits(_ entry: Entry?, subject: String, over base: ClockLimits) -> ClockLimits {
        guard let entry,
            let section = Section(
                entry, subject: subject, required: [], optional: Self.clocks.map(\.key), log: log)
        else { return base }
        var limits = base
        for (key, kind) in Self.clocks {
            guard let value = section[key] else { continue }
            if value.scalar == "none" {
                limits[kind] = nil
            } else if let limit = value.scalar.flatMap(Self.limit) {
                limits[kind] = limit
            } else {
                section.refuse(
                    key, value,
                    mustBe: "`none` or a whole number, at most ten years in all, of `min`, "
                        + "`urgent_hours`, `work_hours`, `work_days` or `natural_days`")
            }
        }
        return limits
    }

    /// Reads `10 min`, `2 urgent_hours`, `1 work_day` and the like; `nil` for anything else.
    static func limit(_ text: String) -> Limit? {
        guard let (amount, word) = Quantity.split(text), amount > 0 else { return nil }
        switch word {
        case "min": return amount <= 5_256_000 ? .minutes(amount) : nil
        case "urgent_hour", "urgent_hours":
            return amount <= 87_600 ? Limit(amount, .urgentHour) : nil
        case "work_hour", "work_hours": return amount <= 87_600 ? Limit(amount, .workHour) : nil
        case "work_day", "work_days": return amount <= 3_650 ? Limit(amount, .workDay) : nil
        case "natural_day", "natural_days":
            return amount <= 3_650 ? Limit(amount, .naturalDay) : nil
        default: return nil
        }
    }
}
