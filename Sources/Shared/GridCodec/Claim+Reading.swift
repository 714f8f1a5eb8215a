import GridModel

extension Claim {
    /// The claim of a message that has none.
    static let none = Claim(epoch: 0, assignment: AssignmentNumber(rawValue: 0), attempt: 0)

    /// The claim with the fields of an encoded `Claim`; those it does not have stay.
    func merging(_ bytes: UnsafeRawBufferPointer) throws(FieldReader.Malformed) -> Claim {
        var (epoch, assignment, attempt) = (epoch, assignment, attempt)
        var reader = FieldReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .varint(let value)): epoch = UInt32(truncatingIfNeeded: value)
            case (2, .varint(let value)): assignment = AssignmentNumber(rawValue: value)
            case (3, .varint(let value)): attempt = UInt32(truncatingIfNeeded: value)
            default: break
            }
        }
        return Claim(epoch: epoch, assignment: assignment, attempt: attempt)
    }
}
