import BrokerJournal
import HotPath

/// What a journal is given when calls are filed and closed.
final class FiledRounds {
    /// The beginning of the journal: an epoch and the catalogue.
    let beginning: [Batch]
    private let street: HotPathStreet
    private let kept: Kept

    private final class Kept {
        var batches: [Batch] = []

        func take() -> [Batch] {
            defer { batches = [] }
            return batches
        }
    }

    init() {
        let kept = Kept()
        street = HotPathStreet(callsPerRound: callsPerRound) { kept.batches.append($0) }
        beginning = kept.take()
        self.kept = kept
    }

    /// The batches of another round.
    func next() -> [Batch] {
        street.round()
        if let problem = street.problem { fatalError(problem) }
        return kept.take()
    }
}
