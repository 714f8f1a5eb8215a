package import BrokerEngine

/// The texts of a batch as they were read, held against what its facts say of them.
package enum StoredTexts {
    /// The texts without those that are not what the facts tell of, which are left out as if they
    /// had been erased, and the number of them.
    ///
    /// The chain does not go over the texts, so that a person's data can be erased; a start does
    /// not read them all. So whoever hands a text on compares it with its digest first.
    package static func sound(
        _ texts: [UInt8], of facts: [Fact]
    ) -> (texts: [UInt8], damaged: Int) {
        var sound = texts
        var damaged = 0
        for place in facts.lazy.compactMap(\.textPlace) {
            let length = Int(place.length)
            switch StoredText(in: texts, offset: Int(place.offset), length: length) {
            case .erased: continue
            case .outside: damaged += 1
            case .present(let range):
                guard Digest(hashing: Array(texts[range])) != place.digest else { continue }
                sound.replaceSubrange(range, with: repeatElement(0, count: length))
                damaged += 1
            }
        }
        return (sound, damaged)
    }
}
