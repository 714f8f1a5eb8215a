package import BrokerEngine

/// Which calls whoever asks may see.
package enum QueryScope: Equatable, Sendable {
    /// All of the street.
    case street
    /// Those with a part of one of these departments, by number.
    case departments([UInt16])
    /// Those a terminal filed.
    case filed(by: ActorID)
}

extension QueryScope {
    /// Whether a call is among them.
    func includes(_ record: CallRecord) -> Bool {
        switch self {
        case .street: true
        case .departments(let departments):
            record.parts.contains { departments.contains($0.department) }
        case .filed(let actor):
            actor != 0
                && record.story.steps(filedAt: record.filing.filedAt).first?.actor == actor
        }
    }
}
