package import Foundation
import GridModel

/// One batch of an export as `gridcall watch` reads it.
///
/// The facts stay the bytes that came, since what is written for programs must be what an export
/// writes of them.
package struct WatchBatch: Hashable, Sendable {
    /// The number of the batch.
    package let seq: UInt64
    /// When it was written, in milliseconds since 1970.
    package let at: Int64
    /// The link after it, in hexadecimal digits.
    package let chain: String
    /// Its facts, each an object of JSON.
    package let steps: [Data]

    /// Reads a line without its end; `nil` for what is no batch.
    package init?(_ line: Data) {
        let line = Data(line)
        guard !JSONNesting.isTooDeep(line),
            let read = try? JSONDecoder().decode(Head.self, from: line),
            let steps = Self.steps(in: line)
        else { return nil }
        seq = read.seq
        at = read.at
        chain = read.chain
        self.steps = steps
    }

    private struct Head: Decodable {
        let seq: UInt64
        let at: Int64
        let chain: String
    }

    private static let opening = Data("\"steps\":[".utf8)

    /// The objects of the array `steps`. Nothing that people wrote stands before it in a line.
    private static func steps(in text: Data) -> [Data]? {
        guard let opened = text.range(of: opening)?.upperBound else { return nil }
        let line = [UInt8](text[opened...])
        var found: [Data] = []
        var scanner = ObjectScanner()
        var begin = 0
        for index in line.indices {
            if scanner.depth == 0 {
                if line[index] == UInt8(ascii: "]") { return found }
                begin = index
            }
            if scanner.take(line[index]) { found.append(Data(line[begin...index])) }
        }
        return nil
    }
}

/// Finds where objects of JSON end, byte by byte.
private struct ObjectScanner {
    private(set) var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Takes a byte; whether an object ends with it that no other holds.
    mutating func take(_ byte: UInt8) -> Bool {
        if isInString {
            takeOfString(byte)
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return depth == 0
        default: break
        }
        return false
    }

    private mutating func takeOfString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        }
    }
}
