import GridModel

/// Reads limits: how long each step may take.
struct LimitReader {
    /// The key of each clock.
    static let clocks: [(key: String, kind: ClockKind)] = [
        ("dispatch", .dispatch), ("accept", .accept), ("arrive", .arrive), ("resolve", .resolve),
        ("check", .check), ("review", .review), ("reply", .reply), ("report_due", .reportDue),
    ]

    /// The words after the number, what one of each is, and the most that makes sense: ten years.
    static let units: [(word: String, limit: Limit, most: Int64)] = [
        ("min", .minutes(1), 5_256_000),
        ("urgent_hour", Limit(1, .urgentHour), 87_600),
        ("urgent_hours", Limit(1, .urgentHour), 87_600),
        ("work_hour", Limit(1, .workHour), 87_600), ("work_hours", Limit(1, .workHour), 87_600),
        ("work_day", Limit(1, .workDay), 3_650), ("work_days", Limit(1, .workDay), 3_650),
        ("natural_day", Limit(1, .naturalDay), 3_650),
        ("natural_days", Limit(1, .naturalDay), 3_650),
    ]

    let log: MistakeLog

    /// The limits of `base` with those of `entry` put in their places.
    func limits(_ entry: Entry?, subject: Phrase, over base: ClockLimits) -> ClockLimits {
        guard let entry,
            let section = Section(
                entry, subject: subject, group: CatalogueSchema.limits, log: log)
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
                    mustBe: Phrase(
                        "`none`，或总共不超过十年的整数加单位 `min`、`urgent_hours`、`work_hours`、"
                            + "`work_days` 或 `natural_days`",
                        "`none` or a whole number, at most ten years in all, of `min`, "
                            + "`urgent_hours`, `work_hours`, `work_days` or `natural_days`")
                        + unitHint(value))
            }
        }
        return limits
    }

    /// The unit that was probably meant.
    private func unitHint(_ value: Entry) -> Phrase {
        guard let word = value.scalar.flatMap(Quantity.split)?.word,
            !Self.units.contains(where: { $0.word == word }),
            let nearest = NearMiss.nearest(to: word, among: Self.units.map(\.word))
        else { return .nothing }
        return .didYouMean(nearest)
    }

    /// Reads `10 min`, `2 urgent_hours`, `1 work_day` and the like; `nil` for anything else.
    static func limit(_ text: String) -> Limit? {
        guard let (amount, word) = Quantity.split(text),
            let unit = units.first(where: { $0.word == word }), (1...unit.most).contains(amount)
        else { return nil }
        return Limit(unit: unit.limit.unit, amount: unit.limit.amount * amount)
    }
}
