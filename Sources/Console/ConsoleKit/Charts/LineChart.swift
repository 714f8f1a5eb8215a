import ClientKit

/// The geometry of a line chart over time with a logarithmic scale, apart from how it is drawn.
///
/// Latencies run from a tenth of a millisecond to minutes: on a linear scale nothing would be seen
/// of the small ones. Coordinates are those of the drawing, y downwards.
package struct LineGeometry: Hashable, Sendable {
    /// A value at a time.
    package struct Value: Hashable, Sendable {
        /// Milliseconds.
        package var at: Int64
        package var value: Double

        /// A value.
        package init(at: Int64, _ value: Double) {
            self.at = at
            self.value = value
        }
    }

    /// A mark of the vertical scale.
    package struct Tick: Hashable, Sendable {
        package var value: Double
        package var y: Double
    }

    /// Where the lines lie in the drawing.
    package var left = 46.0
    package var top = 8.0
    package var width = 306.0
    package var height = 92.0
    /// The first and the last moment.
    package let from: Int64
    package let to: Int64
    /// The powers of ten that all values lie between.
    package let lowest: Double
    package let highest: Double

    /// A geometry that holds all `values` between two moments. Values that are not above zero
    /// count as the lowest.
    package init(from: Int64, to: Int64, values: [Double]) {
        self.from = from
        self.to = max(to, from + 1)
        let positive = values.filter { $0 > 0 && $0.isFinite }
        let low = Self.power(below: positive.min() ?? 0.001)
        lowest = low
        highest = max(Self.power(above: positive.max() ?? 0.01), low * 10)
    }

    /// Where a moment lies.
    package func x(_ at: Int64) -> Double {
        let share = Double(min(max(at, from), to) - from) / Double(to - from)
        return left + share * width
    }

    /// Where a value lies.
    package func y(_ value: Double) -> Double {
        let clamped = min(max(value.isFinite ? value : lowest, lowest), highest)
        let share = (Self.log10(clamped) - Self.log10(lowest)) / decades
        return top + (1 - share) * height
    }

    /// The powers of ten, from the lowest up; every second or third where there are many.
    package var ticks: [Tick] {
        let count = Int(decades.rounded())
        let step = max(1, (count + 3) / 4)
        return stride(from: 0, through: count, by: step).map { index in
            let value = lowest * Self.power(of: index)
            return Tick(value: value, y: y(value))
        }
    }

    /// The path of a line in the words of SVG; it is broken where more than `gap` milliseconds lie
    /// between two values. Empty without values.
    package func path(_ values: [Value], gap: Int64) -> String {
        var path = ""
        var last: Int64?
        for value in values {
            let isBroken = last.map { value.at - $0 > gap } ?? true
            path +=
                (isBroken ? "M" : "L") + Self.rounded(x(value.at)) + " "
                + Self.rounded(y(value.value))
            last = value.at
        }
        return path
    }

    /// With one digit after the point.
    package static func rounded(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let rest = abs(tenths) % 10 == 0 ? "" : ".\(abs(tenths) % 10)"
        return "\(sign)\(abs(tenths) / 10)\(rest)"
    }

    private var decades: Double { Self.log10(highest) - Self.log10(lowest) }

    private static func power(below value: Double) -> Double {
        var power = 1e-6
        while power * 10 <= value * 1.000_001, power < 1e9 { power *= 10 }
        return power
    }

    private static func power(above value: Double) -> Double {
        var power = 1e-6
        while power < value * 0.999_999, power < 1e9 { power *= 10 }
        return power
    }

    private static func power(of exponent: Int) -> Double {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    /// The logarithm to base ten by counting powers and halving, so that no library is needed.
    private static func log10(_ value: Double) -> Double {
        var (mantissa, result) = (value, 0.0)
        while mantissa >= 10 { (mantissa, result) = (mantissa / 10, result + 1) }
        while mantissa < 1 { (mantissa, result) = (mantissa * 10, result - 1) }
        var share = 0.5
        for _ in 0..<20 {
            mantissa *= mantissa
            if mantissa >= 10 { (mantissa, result) = (mantissa / 10, result + share) }
            share /= 2
        }
        return result
    }
}

/// Draws the dispatch latency of one department over the last hour.
struct LatencyChart {
    private let points: [LatencyHistory.Point]
    private let now: Int64
    private let context: PageContext
    private let name: String

    /// The chart of a department at `now`.
    init(_ points: [LatencyHistory.Point], now: Int64, name: String, _ context: PageContext) {
        self.points = points
        self.now = now
        self.name = name
        self.context = context
    }

    /// An SVG that says in words what it shows.
    var markup: Markup {
        let geometry = LineGeometry(
            from: now - LatencyHistory.window, to: now,
            values: points.flatMap { [$0.p50, $0.p90, $0.p99] })
        let lines: [(String, KeyPath<LatencyHistory.Point, Double>)] = [
            ("p99", \.p99), ("p90", \.p90), ("p50", \.p50),
        ]
        let paths = lines.map { key, path -> Markup in
            let values = points.map {
                LineGeometry.Value(at: $0.at, $0[keyPath: path])
            }
            let line = geometry.path(values, gap: LatencyHistory.step * 4)
            return "<path class=\"line \(key)\" d=\"\(line)\"/>"
        }
        return """
            <svg class="chart" viewBox="0 0 360 122" role="img" aria-label="\(summary)">\
            \(grid(geometry))\(times(geometry))\(paths)\(lastDots(geometry))</svg>
            """
    }

    private var summary: String {
        guard let last = points.last else {
            return context("\(name)：过去一小时没有派遣", "\(name): nothing was dispatched in the last hour")
        }
        let values = [last.p50, last.p90, last.p99].map { Words.duration(seconds: $0) }
        return context(
            "\(name)过去一小时的派遣时延，现在 p50 \(values[0])，p90 \(values[1])，p99 \(values[2])",
            "\(name), dispatch latency over the last hour; now p50 \(values[0]), p90 \(values[1]), "
                + "p99 \(values[2])")
    }

    private func grid(_ geometry: LineGeometry) -> [Markup] {
        geometry.ticks.map { tick in
            let y = LineGeometry.rounded(tick.y)
            let right = LineGeometry.rounded(geometry.left + geometry.width)
            return """
                <path class="grid" d="M\(LineGeometry.rounded(geometry.left)) \(y)H\(right)"/>\
                <text class="axis" x="40" y="\(LineGeometry.rounded(tick.y + 3.5))" \
                text-anchor="end">\(Words.duration(seconds: tick.value))</text>
                """
        }
    }

    private func times(_ geometry: LineGeometry) -> [Markup] {
        [60, 45, 30, 15, 0].map { minutes in
            let x = LineGeometry.rounded(geometry.x(now - Int64(minutes) * 60_000))
            let anchor = minutes == 60 ? "start" : minutes == 0 ? "end" : "middle"
            let text =
                minutes == 0 ? context("现在", "now") : context("−\(minutes) 分", "−\(minutes) min")
            return
                "<text class=\"axis\" x=\"\(x)\" y=\"116\" text-anchor=\"\(anchor)\">\(text)</text>"
        }
    }

    private func lastDots(_ geometry: LineGeometry) -> [Markup] {
        guard let last = points.last else { return [] }
        let values = [("p99", last.p99), ("p90", last.p90), ("p50", last.p50)]
        return values.map { key, value in
            """
            <circle class="dot \(key)" cx="\(LineGeometry.rounded(geometry.x(last.at)))" \
            cy="\(LineGeometry.rounded(geometry.y(value)))" r="2.5"/>
            """
        }
    }
}
