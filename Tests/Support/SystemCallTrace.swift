package import Foundation

/// What strace wrote with `-f -y -xx`: system calls in the order in which the tracer saw them.
///
/// A call that another thread interrupts in the output is put together again; `began` and
/// `returned` are lines, and a thread goes on only after the tracer has seen its call return. So
/// if A's `returned` is not above B's `began`, A was over before B began.
package struct SystemCallTrace: Sendable {
    package struct Call: Sendable {
        package let name: String
        /// The path or socket behind the first argument.
        package let file: String
        /// The bytes of its data argument, in hexadecimal.
        package let hex: String
        package let began: Int
        package var returned: Int?
    }

    /// Every call, by its beginning.
    package private(set) var calls: [Call] = []

    /// Arguments for strace: what the tests look at, texts whole, written to `file`.
    package static func arguments(writingTo file: String, delayingSyncBy delay: Duration)
        -> [String]
    {
        let microseconds = delay / .microseconds(1)
        return [
            "-f", "-y", "-xx", "-s", "4200", "-o", file, "-e",
            "trace=pwrite64,fdatasync,fsync,sendto,sendmsg,writev", "-e",
            "inject=fdatasync:delay_enter=\(Int(microseconds))",
        ]
    }

    /// Whether each of these bytes are somewhere in what strace has written so far; much cheaper
    /// than reading the calls.
    package static func mentions(_ all: [Data], in file: String) -> Bool {
        let written = FileManager.default.contents(atPath: file) ?? Data()
        return all.allSatisfy { bytes in
            let digits = bytes.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            return written.range(of: Data(digits.joined().utf8)) != nil
        }
    }

    /// Reads what strace has written so far.
    package init(file: String) {
        let bytes = FileManager.default.contents(atPath: file) ?? Data()
        var open: [Substring: Int] = [:]
        let text = String(decoding: bytes, as: UTF8.self)
        for (number, line) in text.split(separator: "\n").enumerated() {
            let process = line.prefix { $0 != " " }
            let rest = line.dropFirst(process.count).drop { $0 == " " }
            if rest.hasPrefix("<... ") {
                if let index = open.removeValue(forKey: process) {
                    calls[index].returned = number
                }
            } else if let call = Self.call(rest, line: number) {
                if rest.hasSuffix("<unfinished ...>") { open[process] = calls.count }
                calls.append(call)
            }
        }
    }

    private static func call(_ text: Substring, line: Int) -> Call? {
        guard let opening = text.firstIndex(of: "("), let start = text.firstIndex(of: "<"),
            let end = text[start...].firstIndex(of: ">")
        else { return nil }
        let path = bytes(text[text.index(after: start)..<end])
        let isOver = !text.hasSuffix("<unfinished ...>")
        return Call(
            name: String(text[..<opening]), file: String(decoding: path, as: UTF8.self),
            hex: hex(text[end...]), began: line, returned: isOver ? line : nil)
    }

    /// The digits of all `\xHH`.
    private static func hex(_ text: Substring) -> String {
        String(
            text.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first ?? ""
        )
        .replacingOccurrences(of: "\\x", with: "")
    }

    private static func bytes(_ text: Substring) -> [UInt8] {
        text.split(separator: "\\").compactMap { UInt8($0.dropFirst(), radix: 16) }
    }
}
