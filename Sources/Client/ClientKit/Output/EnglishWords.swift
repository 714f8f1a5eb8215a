/// The English of the protocol's words for people, where the word itself is none.
///
/// A word of a later broker that is not here is shown as it is.
enum EnglishWords {
    /// What clocks measure.
    static let clocks = [
        "dispatch": "dispatch", "accept": "acceptance", "arrive": "arrival",
        "resolve": "disposal", "check": "check", "review": "legal review",
        "reply": "supervision reply", "reportDue": "report",
    ]
}
