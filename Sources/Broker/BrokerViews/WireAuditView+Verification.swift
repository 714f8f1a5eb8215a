import BrokerEngine
package import BrokerJournal
import Foundation
package import GridCodec

extension WireAuditView {
    /// What an examination of the journal found, as a message.
    package init(_ verification: JournalVerification) {
        self.init()
        intact = verification.isIntact
        batches = verification.batches
        facts = verification.facts
        chain = Data(verification.intact.chain.bytes)
        epoch = verification.intact.epoch
        if let failure = verification.failure {
            firstBadSeq = verification.intact.seq + 1
            reason = "\(failure)"
        } else if let text = verification.damagedTexts.first {
            firstBadSeq = text.seq
            reason = "its text at \(text.offset), of fact \(text.fact), has another hash"
        } else if let text = verification.unexplainedErasures.first {
            firstBadSeq = text.seq
            reason = "its text at \(text.offset) is gone, and no fact says that it was erased"
        }
    }
}
