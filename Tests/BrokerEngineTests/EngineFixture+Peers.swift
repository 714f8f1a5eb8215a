import BrokerEngine
import GridModel

/// What peers do, in the words of the street.
extension EngineFixture {
    /// A worker says its first Hello.
    @discardableResult
    func worker(
        _ department: String, credit: Int = 10, grids: [String] = [], categories: [String] = [],
        claims: [Claim] = []
    ) -> SessionHandle {
        let introduction = PeerIntroduction(
            session: newID(), role: .worker, name: "w", department: department, grids: grids,
            categories: categories, credit: credit, claims: claims)
        guard let session = turn(.hello(introduction)).session else {
            preconditionFailure("a sample worker is welcome")
        }
        return session
    }

    /// A terminal or operator says its first Hello.
    func peer(_ role: PeerRole) -> SessionHandle {
        let introduction = PeerIntroduction(session: newID(), role: role, name: "p")
        guard let session = turn(.hello(introduction)).session else {
            preconditionFailure("a sample peer is welcome")
        }
        return session
    }

    /// A call, not submitted yet.
    func submission(
        _ category: String, grid: String = "g2", condition: String = "", campaign: String = "",
        urgency: Urgency? = nil, observedAt: Timestamp = .zero, isRecordedEarlier: Bool = false
    ) -> Submission {
        let id = newID()
        return Submission(
            id: id, contentDigest: UniqueID(high: 7, low: id.low), category: category,
            condition: condition, grid: grid, campaign: campaign, urgency: urgency,
            observedAt: observedAt, isRecordedEarlier: isRecordedEarlier)
    }

    /// Submits a call and returns its receipt.
    @discardableResult
    func file(_ category: String, grid: String = "g2") -> FiledReceipt {
        file(submission(category, grid: grid))
    }

    /// Submits a call and returns its receipt.
    @discardableResult
    func file(_ submission: Submission) -> FiledReceipt {
        guard let receipt = turn(.submit(.none, submission, old: nil)).receipt else {
            preconditionFailure("a sample call is filed")
        }
        return receipt
    }

    /// Submits a call and returns the claim under which its first part was handed out at once.
    func claimOfNewCall(_ category: String) -> Claim? {
        let receipt = file(category)
        return claim(part(0, of: receipt))
    }

    /// Reports an outcome.
    @discardableResult
    func report(
        _ result: OutcomeResult, _ claim: Claim, from session: SessionHandle,
        old: OldCall? = nil
    ) -> Turn {
        turn(.outcome(session, OutcomeReport(claim: claim, result: result), old: old))
    }

    /// A person's command on a call.
    func command(
        _ action: PersonCommand.Action, on call: CallID, ordinal: Int = 0, revision: UInt32 = 0,
        hasReason: Bool = true
    ) -> PersonCommand {
        let id = newID()
        return PersonCommand(
            id: id, contentDigest: UniqueID(high: 9, low: id.low), call: call, ordinal: ordinal,
            expectedRevision: revision, action: action,
            reason: hasReason ? Self.text : nil)
    }

    /// Gives a command of this machine's operator.
    @discardableResult
    func order(
        _ action: PersonCommand.Action, on call: CallID, ordinal: Int = 0
    ) -> Turn {
        let command = command(action, on: call, ordinal: ordinal)
        return turn(.command(.none, command, old: nil))
    }

    /// Where a text lies; what it says does not matter to the engine.
    static let text = TextPlace(offset: 0, length: 17, digest: Digest(words: (1, 2, 3, 4)))

    /// The number of a part of a call.
    func part(_ ordinal: Int, of receipt: FiledReceipt) -> AssignmentNumber {
        AssignmentNumber(serial: receipt.serial, ordinal: ordinal)
    }

    /// What the record holds of an assignment.
    func slot(_ number: AssignmentNumber) -> AssignmentSlot? {
        record.assignment(number).map { record.assignments[$0] }
    }

    /// Where an assignment of an open call stands.
    func state(_ number: AssignmentNumber) -> AssignmentState? { slot(number)?.state }

    /// Where an open call stands.
    func state(of receipt: FiledReceipt) -> CallState? {
        record.call(serial: receipt.serial).map { record.calls[$0].state }
    }

    /// The claim under which an assignment is, or was last, in hand.
    func claim(_ number: AssignmentNumber) -> Claim? {
        record.assignment(number).map { engine.claim($0) }
    }

    /// The counters of a department.
    func counters(_ department: String) -> DepartmentCounters {
        guard let number = record.symbols.departments.number(of: department) else {
            preconditionFailure("a sample department is declared")
        }
        return record.departments[Int(number)]
    }

    /// The counters of a campaign.
    func campaign(_ id: String) -> CampaignCounters {
        guard let number = record.symbols.campaigns.number(of: id) else {
            preconditionFailure("a sample campaign is declared")
        }
        return record.campaigns[Int(number)]
    }
}
