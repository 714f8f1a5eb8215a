package import GridCodec
import GridModel

/// Says how one clock stands: what it measures, its light as a word, and how long until or since.
///
/// A light is always a word as well as a colour: not everybody sees red beside green, and a log has
/// no colours.
package struct ClockOutput: Sendable {
    private let clock: WireClockView
    private let presentation: Presentation

    /// The output of `clock`.
    package init(_ clock: WireClockView, _ presentation: Presentation) {
        self.clock = clock
        self.presentation = presentation
    }

    /// What the clock measures, for people; of a report with the report's id.
    package var name: String {
        let name = presentation.clock(clock.clock)
        return clock.report.isEmpty ? name : "\(name) \(clock.report)"
    }

    /// Whether it runs, stands still, or is done with.
    package var state: String {
        switch clock.state {
        case .running: presentation(chinese: "计时中", english: "running")
        case .paused: presentation(chinese: "挂账", english: "suspended")
        case .stopped: presentation(chinese: "已完成", english: "done")
        case .unspecified, .UNRECOGNIZED: ""
        }
    }

    /// The light for people, of a clock that is done with the one it was stopped at; empty if
    /// there is none.
    package var light: String {
        switch clock.light {
        case .green: presentation(chinese: "绿灯", english: "green")
        case .yellow: presentation(chinese: "黄灯", english: "yellow")
        case .red: presentation(chinese: "红灯", english: "red")
        case .unspecified, .UNRECOGNIZED: ""
        }
    }

    /// The colour of the light.
    package var ink: Palette.Ink? {
        switch clock.light {
        case .green: .green
        case .yellow: .yellow
        case .red: .red
        case .unspecified, .UNRECOGNIZED: nil
        }
    }

    /// When it is due, and whether that may still change with the calendar; empty while it stands
    /// still, since it will be due as much later.
    package var due: String {
        if clock.state == .paused { return "" }
        let due = presentation.text(clock.dueAt)
        guard clock.provisional, !due.isEmpty else { return due }
        return due + presentation(chinese: "（暂定）", english: " (provisional)")
    }

    /// How much time is left, how late it is, or by how much it was kept or missed: `还剩 3 小时`.
    /// Empty while it stands still and where there is no limit.
    package var margin: String {
        guard clock.dueAt != 0 else { return "" }
        switch clock.state {
        case .running:
            guard let now = presentation.now else { return "" }
            return now < clock.dueAt
                ? margin(from: now, chinese: "还剩 ", english: " left")
                : margin(from: now, chinese: "超时 ", english: " overdue")
        case .stopped:
            return clock.stoppedAt < clock.dueAt
                ? margin(from: clock.stoppedAt, chinese: "提前 ", english: " early")
                : margin(from: clock.stoppedAt, chinese: "超时 ", english: " late")
        case .paused, .unspecified, .UNRECOGNIZED: return ""
        }
    }

    /// Light and time in one cell: `黄灯 还剩 3 小时`; of a clock that stands still its state.
    package var standing: String {
        let time = clock.state == .paused ? state : margin
        return [light, time].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The name with what `standing` says: `处置 黄灯 还剩 3 小时`.
    package var summary: String { standing.isEmpty ? name : name + " " + standing }

    /// The clock with stable keys.
    package var json: JSONValue {
        .object([
            .init("clock", .text(clock.clock)),
            .init("state", .optionalText(clock.state.word)),
            .init("light", .optionalText(clock.light.word)),
            .init("warnsAt", presentation.json(clock.warnsAt)),
            .init("dueAt", presentation.json(clock.dueAt)),
            .init("provisional", .boolean(clock.provisional)),
            .init("stoppedAt", presentation.json(clock.stoppedAt)),
            .init("report", .optionalText(clock.report)),
        ])
    }

    /// In floating point, since a broker may send any two times.
    private func margin(from time: Int64, chinese: String, english: String) -> String {
        let milliseconds = abs(Double(clock.dueAt) - Double(time))
        let time = Words.duration(
            seconds: max(milliseconds / 1_000, 1), in: presentation.language)
        return presentation(chinese: chinese + time, english: time + english)
    }
}

extension WireClockState {
    /// The word of JSON; empty if unspecified.
    var word: String {
        switch self {
        case .running: "running"
        case .paused: "suspended"
        case .stopped: "done"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension WireClockLight {
    /// The word of JSON; empty if there is none.
    var word: String {
        switch self {
        case .green: "green"
        case .yellow: "yellow"
        case .red: "red"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension WirePartView {
    /// The clock of the whole disposal; `nil` without a limit.
    package var resolveClock: WireClockView? { clocks.first { $0.clock == "resolve" } }

    /// The clock that a department should look at now: the running one that is due first, else one
    /// that stands still.
    package var nearestClock: WireClockView? {
        WireClockView.nearest(of: clocks)
    }
}

extension WireCallView {
    /// The clock that tells most of the call: of its open parts' clocks of disposal the one with
    /// the worst light, else the nearest of any kind; `nil` if nothing is owed within a time.
    package var tellingClock: WireClockView? {
        if isFinal { return nil }
        let open = parts.filter(\.isOpen)
        let disposal = open.compactMap(\.resolveClock).filter { $0.state != .stopped }
        return disposal.min { $0.pressesMore(than: $1) }
            ?? WireClockView.nearest(of: open.flatMap(\.clocks) + clocks)
    }
}

extension WireClockView {
    fileprivate static func nearest(of clocks: [WireClockView]) -> WireClockView? {
        clocks.filter { $0.state == .running }.min { $0.dueAt < $1.dueAt }
            ?? clocks.first { $0.state == .paused }
    }

    /// A worse light comes first, then a clock that runs, then the nearer one.
    fileprivate func pressesMore(than other: WireClockView) -> Bool {
        if light != other.light { return light.rawValue > other.light.rawValue }
        if state != other.state { return state == .running }
        return dueAt < other.dueAt
    }
}
