package import Foundation

/// A fact of the journal as `gridcall watch` shows it.
package struct WatchEvent: Sendable {
    /// A value of a fact.
    enum Value: Sendable {
        case text(String)
        case number(Int64)
        case flag(Bool)
        /// When a clock is due, in milliseconds since 1970; `nil` for never.
        case deadline(Int64?)
    }

    /// The batch it stands in, and its place there, from 1.
    package let batch: UInt64
    package let place: Int
    /// When it happened, in milliseconds since 1970.
    package let time: Int64
    /// The fact as the export writes it.
    let bytes: Data
    /// The values of the fact; what is `null`, a list or a text that people wrote is left out.
    let values: [String: Value]

    /// The facts of a batch; one that cannot be read has no name.
    package static func all(in batch: WatchBatch) -> [WatchEvent] {
        var time = batch.at
        return batch.steps.enumerated().map { index, bytes in
            let values = read(bytes)
            if case .text("turnBegan") = values["fact"], case .number(let at) = values["at"] {
                time = at
            }
            return WatchEvent(
                batch: batch.seq, place: index + 1, time: time, bytes: bytes, values: values)
        }
    }

    /// The name of the fact.
    package var kind: String { text("fact") ?? "" }
    /// The serial of the call it is about; `nil` for the whole street.
    var call: UInt64? { number("call").flatMap { $0 > 0 ? UInt64($0) : nil } }
    /// The part, from 0; `nil` for the whole call.
    var part: Int64? { number("part") }

    /// A value that is a text.
    func text(_ key: String) -> String? {
        if case .text(let text) = values[key] { text } else { nil }
    }

    /// A value that is a whole number.
    func number(_ key: String) -> Int64? {
        if case .number(let number) = values[key] { number } else { nil }
    }

    /// A value that is yes or no.
    func flag(_ key: String) -> Bool? {
        if case .flag(let flag) = values[key] { flag } else { nil }
    }

    /// When a clock is due; `nil` without a limit.
    func due(_ key: String) -> Int64? {
        if case .deadline(let due) = values[key] { due } else { nil }
    }

    /// The object of the export as one line, with batch, place and time behind its own keys.
    package var json: Data {
        guard bytes.last == UInt8(ascii: "}") else { return bytes + Data("\n".utf8) }
        let place = ",\"batch\":\(batch),\"place\":\(self.place),\"time\":\(time)}\n"
        return bytes.dropLast() + Data(place.utf8)
    }

    private static func read(_ bytes: Data) -> [String: Value] {
        let object = try? JSONDecoder().decode([String: Loose?].self, from: bytes)
        return (object ?? [:]).compactMapValues { $0?.value }
    }

    /// Whatever stands behind a key, as far as it is shown.
    private struct Loose: Decodable {
        let value: Value?

        private enum Key: String, CodingKey {
            case warnsAt, dueAt
        }

        init(from decoder: any Decoder) throws {
            if let object = try? decoder.container(keyedBy: Key.self) {
                let isClock = object.contains(.warnsAt)
                let due = try? object.decodeIfPresent(Int64.self, forKey: .dueAt)
                value = isClock ? .deadline(due) : nil
                return
            }
            guard let single = try? decoder.singleValueContainer() else {
                value = nil
                return
            }
            if let flag = try? single.decode(Bool.self) {
                value = .flag(flag)
            } else if let number = try? single.decode(Int64.self) {
                value = .number(number)
            } else if let text = try? single.decode(String.self) {
                value = .text(text)
            } else {
                value = nil
            }
        }
    }
}
