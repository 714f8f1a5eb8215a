import GridModel

extension WireSubmitItem {
    /// The encoded item, as the generated code writes it but for unknown fields.
    package func encoded() -> [UInt8] {
        var writer = ItemWriter(capacity: 128 + (hasTexts ? texts.description_p.utf8.count : 0))
        if !id.isEmpty { writer.field(1, id) }
        writer.field(2, category)
        writer.field(3, condition)
        writer.field(4, grid)
        writer.field(5, campaign)
        writer.field(6, varint: UInt64(bitPattern: Int64(urgency.rawValue)))
        writer.field(7, varint: UInt64(bitPattern: observedAt))
        writer.field(8, varint: recordedEarlier ? 1 : 0)
        if hasCoordinates { writer.message(9) { coordinates.write(to: &$0) } }
        if hasTexts { writer.message(10) { texts.write(to: &$0) } }
        if !sameAs.isEmpty { writer.field(11, sameAs) }
        return writer.bytes
    }
}

extension WireCoordinates {
    fileprivate func write(to writer: inout ItemWriter) {
        writer.field(1, fixed: latitude)
        writer.field(2, fixed: longitude)
    }
}

extension WireCallTexts {
    fileprivate func write(to writer: inout ItemWriter) {
        writer.field(1, description_p)
        writer.field(2, address)
        writer.field(3, reporter)
        writer.field(4, contact)
    }
}

extension WireOutcomeItem {
    /// The encoded item, as the generated code writes it but for unknown fields.
    package func encoded() -> [UInt8] {
        var writer = ItemWriter(capacity: 32 + reason.utf8.count)
        if hasClaim { writer.field(1, claim.model) }
        writer.field(2, varint: UInt64(bitPattern: Int64(result.rawValue)))
        writer.field(3, reason)
        for measure in measures {
            writer.message(4) {
                $0.field(1, measure.name)
                $0.field(2, measure.value)
            }
        }
        return writer.bytes
    }
}
