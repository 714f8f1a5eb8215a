/// A text of a stored batch: what an erasure overwrites.
package struct ErasedText: Hashable, Sendable {
    /// The batch that holds it.
    package var seq: UInt64
    /// Its place there, and the digest that stays when it is gone.
    package var place: TextPlace

    /// A text from its parts.
    package init(seq: UInt64, place: TextPlace) {
        self.seq = seq
        self.place = place
    }
}

/// What people wrote about a call was erased, on the word of two.
package struct PersonalDataErased: Hashable, Sendable {
    package var serial: UInt64
    /// Who confirmed it.
    package var actor: ActorID
    /// Who had asked for it.
    package var requestedBy: ActorID
    /// The texts that are gone, oldest batch first.
    package var texts: [ErasedText]
    /// What `actor` said about it.
    package var reason: TextPlace?

    /// An erasure from its parts.
    package init(
        serial: UInt64, actor: ActorID, requestedBy: ActorID, texts: [ErasedText],
        reason: TextPlace?
    ) {
        self.serial = serial
        self.actor = actor
        self.requestedBy = requestedBy
        self.texts = texts
        self.reason = reason
    }
}

/// How far the erasure of a call's texts has come.
package struct CallErasure: Hashable, Sendable, Codable {
    /// Who asked for one that nobody has confirmed yet.
    package var requestedBy: ActorID?
    /// The last batch of which a text was erased; 0 for none.
    package var erasedThrough: UInt64 = 0

    /// Notes that texts were erased; whoever asked for it has had it.
    mutating func erase(_ texts: [ErasedText]) {
        requestedBy = nil
        erasedThrough = max(erasedThrough, texts.map(\.seq).max() ?? 0)
    }
}
