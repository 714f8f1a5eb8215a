/// A text in the exposition format of Prometheus, version 0.0.4.
///
/// Samples of one metric stand together below its HELP and TYPE, as the format wants it, whatever
/// order they are added in.
package struct MetricsText: Sendable {
    /// What a metric is.
    package enum Kind: String, Sendable {
        /// Never shrinks while its source lives.
        case counter
        case gauge
        /// Quantiles that the broker computed.
        case summary
    }

    /// The media type.
    package static let type = "text/plain; version=0.0.4; charset=utf-8"

    private struct Metric {
        let name: String
        let kind: Kind
        let help: String
        var samples: [String] = []
    }

    private var metrics: [Metric] = []

    /// A text without metrics.
    package init() {}

    /// Adds a sample; `suffix` is that of a summary's count.
    package mutating func add(
        _ name: String, _ kind: Kind, _ help: String, suffix: String = "",
        labels: [(String, String)] = [], _ value: Double
    ) {
        let place: Int
        if let known = metrics.firstIndex(where: { $0.name == name }) {
            place = known
        } else {
            place = metrics.count
            metrics.append(Metric(name: name, kind: kind, help: help))
        }
        let text = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        metrics[place].samples.append(
            name + suffix + (text.isEmpty ? "" : "{\(text)}") + " " + Self.number(value))
    }

    /// The text.
    package var text: String {
        metrics.map { metric in
            "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
                + metric.samples.map { $0 + "\n" }.joined()
        }.joined()
    }

    /// A label's value: what could end it or the line is escaped.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let whole = value.rounded(.towardZero)
        return whole == value && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
