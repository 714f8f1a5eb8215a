/// The number under which people speak of a filed call: street prefix, year, serial, check digit.
///
/// `GL-2026-000123-7`. The serial alone is unique and is never used again, also not after a
/// restore; year and check digit help people. The check digit is ISO/IEC 7064 MOD 11,10 over the
/// digits of year and serial, which finds every single wrong digit and almost every swap.
package struct CaseNumber: Hashable, Sendable {
    /// The street's prefix, from the catalogue.
    package let prefix: String
    /// The year of filing in the street's zone.
    package let year: Int
    /// The number that is never used again; starts at 1.
    package let serial: UInt64

    /// A case number from its parts.
    package init(prefix: String, year: Int, serial: UInt64) {
        self.prefix = prefix
        self.year = year
        self.serial = serial
    }

    /// Why a text is not a case number.
    package enum ParseError: Error, Equatable {
        /// The text does not have the form `PREFIX-YEAR-SERIAL-CHECK`.
        case malformed
        /// The form is right but the last digit does not belong to the others.
        case wrongCheckDigit(expected: Int)
    }

    /// Reads a written case number; case and surrounding spaces do not matter.
    package init(parsing text: String) throws(ParseError) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, !parts[0].isEmpty, parts[1].utf8.count == 4,
            (6...20).contains(parts[2].utf8.count), parts[3].utf8.count == 1,
            parts[1...3].allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int(parts[1]), let serial = UInt64(parts[2]), serial > 0,
            let check = Int(parts[3])
        else { throw .malformed }
        self.init(prefix: parts[0].uppercased(), year: year, serial: serial)
        guard check == checkDigit else { throw .wrongCheckDigit(expected: checkDigit) }
    }

    /// The digit that ISO/IEC 7064 MOD 11,10 gives for year and serial.
    package var checkDigit: Int { Int(digits.check) }

    /// The digits of year and serial in ASCII, at least ten, and their check digit.
    private var digits: (year: Int, count: Int, ascii: InlineArray<44, UInt8>, check: UInt8) {
        var reversed = InlineArray<44, UInt8>(repeating: 0)
        var count = 0
        func take(_ value: UInt64, atLeast width: Int) {
            var rest = value
            let start = count
            while rest > 0 || count - start < width {
                reversed[count] = UInt8(rest % 10)
                rest /= 10
                count += 1
            }
        }
        take(serial, atLeast: 6)
        let serialCount = count
        take(UInt64(clamping: year), atLeast: 4)
        var ascii = InlineArray<44, UInt8>(repeating: 0)
        var product = 10
        for position in 0..<count {
            let digit = reversed[count - 1 - position]
            ascii[position] = digit + UInt8(ascii: "0")
            var sum = (product + Int(digit)) % 10
            if sum == 0 { sum = 10 }
            product = sum * 2 % 11
        }
        return (count - serialCount, count, ascii, UInt8((11 - product) % 10))
    }
}

extension CaseNumber: CustomStringConvertible {
    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the written number as UTF-8.
    package func append(to bytes: inout [UInt8]) {
        let (yearCount, count, ascii, check) = digits
        bytes.append(contentsOf: prefix.utf8)
        for position in 0..<count {
            if position == 0 || position == yearCount { bytes.append(UInt8(ascii: "-")) }
            bytes.append(ascii[position])
        }
        bytes.append(UInt8(ascii: "-"))
        bytes.append(check + UInt8(ascii: "0"))
    }
}
