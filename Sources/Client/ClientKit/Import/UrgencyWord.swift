import GridCodec

/// The words for how soon a call must be acted on, in a mapping file or the cells of a column.
enum UrgencyWord {
    /// The urgency of a word; `nil` if it is none.
    static func urgency(_ word: String) -> WireCallUrgency? {
        switch word.lowercased() {
        case "emergency", "特急": .emergency
        case "urgent", "紧急": .urgent
        case "ordinary", "一般": .ordinary
        default: nil
        }
    }
}
