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
