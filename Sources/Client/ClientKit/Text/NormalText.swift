import Foundation

extension String {
    /// The text in Unicode normal form C: characters that may be written in several ways are
    /// written in one, so that equal texts are equal (Unicode Standard Annex 15).
    package var normalized: String {
        // What cannot change is left alone, since the full rule is slow.
        if utf8.allSatisfy({ $0 < 0x80 }) || unicodeScalars.allSatisfy(\.isSurelyNormal) {
            return self
        }
        return precomposedStringWithCanonicalMapping
    }

    /// The text with the full-width forms of ASCII as ASCII, as codes are meant when they are typed
    /// with a Chinese keyboard: `ＧＬ－１０１` is `GL-101`.
    package var foldedToHalfWidth: String {
        guard unicodeScalars.contains(where: { $0.halfWidth != $0 }) else { return self }
        var folded = String.UnicodeScalarView()
        for scalar in unicodeScalars { folded.append(scalar.halfWidth) }
        return String(folded)
    }
}

extension Unicode.Scalar {
    /// Whether the scalar stays as it is in form C whatever stands beside it: the blocks with
    /// neither marks that combine nor characters that have another form.
    fileprivate var isSurelyNormal: Bool {
        switch value {
        case 0x0000...0x02FF, 0x2010...0x2027, 0x2030...0x205E, 0x3000...0x3029, 0x3030...0x3098,
            0x309B...0xA66E, 0xFF00...0xFFEF:
            true
        default: false
        }
    }

    /// U+FF01 to U+FF5E repeat U+0021 to U+007E; U+3000 is their space.
    fileprivate var halfWidth: Unicode.Scalar {
        switch value {
        case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(value - 0xFEE0))
        case 0x3000: " "
        default: self
        }
    }
}
