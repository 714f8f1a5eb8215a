/// What of a call's texts can be searched: description and address.
///
/// Reporter and contact are not: who called is nobody's search term. The bytes are a serialized
/// `WireCallTexts`, read by hand, since it is done for every candidate of a search; what was
/// erased has none and is found by nothing.
enum SearchedText {
    /// The fields of `CallTexts` that are searched.
    private static let fields: ClosedRange<UInt8> = 1...2
    /// The Protobuf wire type of a string.
    private static let lengthDelimited: UInt8 = 2

    /// Adds what can be searched to `folded`. Bytes that are no `CallTexts` add nothing more.
    static func append(_ texts: UnsafeRawBufferPointer, to folded: inout FoldedText) {
        var rest = texts[...]
        while let tag = rest.popFirst(), tag & 7 == lengthDelimited {
            guard let length = length(&rest), length <= rest.count else { return }
            if fields.contains(tag >> 3) { folded.append(rest.prefix(length)) }
            rest = rest.dropFirst(length)
        }
    }

    /// A base 128 number of at most four bytes: a text is shorter than a frame.
    private static func length(_ bytes: inout Slice<UnsafeRawBufferPointer>) -> Int? {
        var value = 0
        for shift in stride(from: 0, through: 21, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= Int(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
