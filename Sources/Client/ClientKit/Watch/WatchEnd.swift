import Foundation
import GridModel

/// Where the journal ends, by the first line of an export.
struct WatchEnd: Hashable {
    let seq: UInt64
    /// The last link, in hexadecimal digits.
    let chain: String

    /// Reads the first line; `nil` for what is none.
    init?(header line: Data) {
        guard !JSONNesting.isTooDeep(line),
            let read = try? JSONDecoder().decode(Header.self, from: Data(line)),
            // What is counted from it must not overflow.
            read.end.seq < UInt64.max / 2
        else { return nil }
        (seq, chain) = (read.end.seq, read.end.chain)
    }

    private struct Header: Decodable {
        struct End: Decodable {
            let seq: UInt64
            let chain: String
        }

        let end: End
    }

    /// The position of batch `first` in the export that ends here (docs/protocol.md, 14 Query);
    /// `nil` if the link is none.
    func position(of first: UInt64) -> Data? {
        guard let link = UInt64(chain.prefix(16), radix: 16) else { return nil }
        var bytes = Data([1, 0])
        for word in [seq, link, first, 0] {
            withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
