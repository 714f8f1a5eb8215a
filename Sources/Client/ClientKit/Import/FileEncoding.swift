import Foundation

/// How an import file writes its characters.
package enum FileEncoding: String, CaseIterable, Hashable, Sendable {
    case utf8 = "utf-8"
    /// GB 18030 and with it GBK and GB 2312, which spreadsheets in China write.
    case gb18030

    /// The byte order mark that may stand at the beginning.
    package var mark: [UInt8] {
        switch self {
        case .utf8: [0xEF, 0xBB, 0xBF]
        case .gb18030: [0x84, 0x31, 0x95, 0x33]
        }
    }

    /// The name for people.
    package var name: String { self == .utf8 ? "UTF-8" : "GB18030" }

    /// The text of a cell; `nil` if its bytes are none.
    ///
    /// A cell can be cut out before it is decoded: in both encodings the bytes of comma, quote and
    /// line ends never occur inside another character (GB 18030-2022: second and fourth bytes are
    /// 30–39, 40–7E or 80–FE).
    package func text(_ bytes: ArraySlice<UInt8>) -> String? {
        // What is ASCII is the same in both, and most cells of most files are.
        if self == .utf8 || bytes.allSatisfy({ $0 < 0x80 }) {
            return String(validating: bytes, as: UTF8.self)
        }
        return String(bytes: bytes, encoding: Self.foundationEncoding)
    }

    /// kCFStringEncodingGB_18030_2000 (0x0632) among the encodings of `NSString`, which marks those
    /// of Core Foundation by the highest bit.
    private static let foundationEncoding = String.Encoding(rawValue: 0x8000_0632)
}

/// Which encoding an import takes a file to be in.
package enum EncodingChoice: Hashable, Sendable {
    /// The one of the byte order mark, else UTF-8 if the whole file is that, else GB 18030.
    case automatic
    case fixed(FileEncoding)
}

/// Finds the encoding of a file, which it is shown piece by piece.
package struct EncodingDetector: Sendable {
    private var head: [UInt8] = []
    /// The bytes of a character that the next piece goes on with.
    private var rest: [UInt8] = []
    private var isUTF8 = true

    /// A detector that has seen nothing.
    package init() {}

    /// Whether more of the file could change the answer.
    package var isUndecided: Bool {
        if head.count >= 4, Self.marked(head) != nil { return false }
        return isUTF8
    }

    /// Looks at the next piece.
    package mutating func read(_ piece: [UInt8]) {
        if head.count < 4 { head += piece.prefix(4 - head.count) }
        guard isUTF8 else { return }
        let bytes = rest.isEmpty ? piece : rest + piece
        let whole = bytes.count - Self.cutOffBytes(bytes)
        rest = Array(bytes[whole...])
        isUTF8 = Self.isValid(bytes[..<whole])
    }

    /// The encoding of the file that ends here.
    package var encoding: FileEncoding {
        Self.marked(head) ?? (isUTF8 && rest.isEmpty ? .utf8 : .gb18030)
    }

    /// Whether a file begins as UTF-16 does, which no spreadsheet's CSV is.
    package var isUTF16: Bool {
        head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
    }

    private static func marked(_ head: [UInt8]) -> FileEncoding? {
        FileEncoding.allCases.first { head.starts(with: $0.mark) }
    }

    private static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    /// How many bytes at the end begin a character of UTF-8 that is longer than what is there.
    private static func cutOffBytes(_ bytes: [UInt8]) -> Int {
        for count in 1...3 where count <= bytes.count {
            let byte = bytes[bytes.count - count]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > count ? count : 0
        }
        return 0
    }
}
