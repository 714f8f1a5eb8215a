import Foundation
import GridModel

/// A fact of the journal with the place that proves it.
struct JournalStep {
    /// The batch, and the fact's place in it, from 1.
    let batch: UInt64
    let place: Int
    /// The link after the batch.
    let link: [UInt8]
    let at: Timestamp
    /// The fact as an object of JSON.
    let values: [String: Any]

    /// The call a step is about.
    static func serial(_ step: [String: Any]) -> UInt64? {
        (step["call"] as? NSNumber)?.uint64Value
    }

    /// A whole number of JSON.
    static func integer(_ value: Any?) -> Int64? { (value as? NSNumber)?.int64Value }

    /// The fact's name.
    var name: String { values["fact"] as? String ?? "" }
    /// Who did it.
    var actor: String { (values["actor"] ?? values["worker"]) as? String ?? "" }
    /// The part, from 1; empty for the whole call.
    var part: String { Self.integer(values["part"]).map { String($0 + 1) } ?? "" }

    /// What else the fact says, and what a person wrote if it was asked for.
    var detail: String {
        let told: Set = ["fact", "call", "part", "actor", "worker", "text", "texts"]
        let items = values.filter { !told.contains($0.key) && !($0.value is NSNull) }
            .sorted { $0.key < $1.key }
            .map { "\($0.key)=\(Self.text($0.value))" }
        let text = values["text"] as? [String: Any]
        let words = text.map { $0["erased"] != nil ? "[erased]" : Self.text($0["says"] ?? "") }
        return (items + [words ?? ""]).filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The fact as JSON.
    var json: JSONValue { Self.json(values) }

    private static func text(_ value: Any) -> String {
        switch value {
        case let text as String: return text
        case let number as NSNumber: return number.description
        case let object as [String: Any]:
            return object.sorted { $0.key < $1.key }.filter { !("\($0.value)".isEmpty) }
                .map { "\($0.key): \(text($0.value))" }.joined(separator: ", ")
        case let array as [Any]: return array.map(text).joined(separator: ", ")
        default: return ""
        }
    }

    private static func json(_ value: Any) -> JSONValue {
        switch value {
        case let text as String: return .text(text)
        case let number as NSNumber:
            // JSONSerialization gives flags as numbers of their own type.
            if isFlag(number) { return .boolean(number.boolValue) }
            let double = number.doubleValue
            return double.rounded() == double && abs(double) < 9e18
                ? .integer(number.int64Value) : .number(double)
        case let object as [String: Any]:
            return .object(
                object.sorted { $0.key < $1.key }.map { .init($0.key, json($0.value)) })
        case let array as [Any]: return .array(array.map(json))
        default: return .null
        }
    }

    private static func isFlag(_ number: NSNumber) -> Bool {
        String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B"
    }
}
