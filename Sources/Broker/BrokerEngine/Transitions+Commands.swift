package import GridModel

extension AssignmentInput {
    /// The command of a person that is this input, in the words of docs/protocol.md; `nil` for what
    /// machines and clocks do.
    package var command: String? {
        switch self {
        case .credit, .deliver, .leaseEnd, .giveBack, .proposeMinor, .rework: nil
        case .proposeMajor: "propose"
        case .reviewApprove, .reviewCorrect, .reviewReject: "review"
        case .reviewBypass: "bypass"
        case .accept, .arrive, .complete, .return, .fail, .requestExtension, .decideExtension,
            .suspend, .resume, .withdraw, .redispatch, .requeue:
            "\(self)"
        }
    }
}

extension CallInput {
    /// The command of a person that is this input, in the words of docs/protocol.md; `nil` for what
    /// follows by itself.
    package var command: String? {
        switch self {
        case .firstDispatch, .nextStage, .openCheck, .close: nil
        case .verifyPass, .verifyFail: "verify"
        case .checkPass, .checkFail: "check"
        case .void, .merge, .unmerge, .supervise, .reply, .report: "\(self)"
        }
    }
}

extension Transitions {
    /// The commands that people may give on a part in `state`, each once.
    package static func commands(in state: AssignmentState) -> [String] {
        // What a worker holds is not an officer's to accept.
        let inputs = allowed(in: state).filter { state != .dispatched || $0 != .accept }
        return unique(inputs.compactMap(\.command))
    }

    /// The commands that people may give on a call in `state`, each once.
    package static func commands(in state: CallState) -> [String] {
        unique(allowed(in: state).compactMap(\.command))
    }

    private static func unique(_ words: [String]) -> [String] {
        var known: Set<String> = []
        return words.filter { known.insert($0).inserted }
    }
}

extension Engine {
    /// The refusal of a command on a part whose state does not allow it.
    static func notAllowed(
        command input: AssignmentInput, _ state: AssignmentState
    ) -> Refusal {
        Refusal(
            .notAllowedInState,
            reason: "\(input.command ?? "\(input)") is not possible while the part is \(state)",
            possible: Transitions.commands(in: state))
    }

    /// The refusal of a command on a call whose state does not allow it.
    static func notAllowed(command input: CallInput, _ state: CallState) -> Refusal {
        Refusal(
            .notAllowedInState,
            reason: "\(input.command ?? "\(input)") is not possible while the call is \(state)",
            possible: Transitions.commands(in: state))
    }
}
