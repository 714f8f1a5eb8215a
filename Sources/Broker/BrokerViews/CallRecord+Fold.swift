import BrokerEngine
import BrokerJournal
import GridModel

extension CallRecord {
    /// Applies a fact about this call: what it changes, and a step of the story.
    func fold(_ fact: Fact, of batch: Batch, at now: Timestamp) {
        switch fact {
        case .commandDecided(let command):
            tell(Step(kind: .commandDecided, at: now, first: UInt64(command.revision)))
        case .callVerified(_, let passed, let actor, let note):
            passed ? move(to: .filed) : end(as: .voided, at: now)
            tell(.callVerified, now, actor, first: passed ? 1 : 0, batch.text(at: note))
        case .stageBegan(_, let stage):
            tell(Step(kind: .stageBegan, at: now, first: UInt64(stage)))
        case .checkOpened(_, let deadline):
            move(to: .checking)
            tell(Step(kind: .checkOpened, at: now).timed(deadline))
        case .checkDecided(_, let passed, let actor, let note):
            if !passed { move(to: .working) }
            tell(.checkDecided, now, actor, first: passed ? 1 : 0, batch.text(at: note))
        case .callClosed:
            end(as: .closed, at: now)
            tell(Step(kind: .callClosed, at: now))
        case .callVoided(_, let actor, let reason):
            end(as: .voided, at: now)
            tell(.callVoided, now, actor, batch.text(at: reason))
        case .callMerged(_, let root, let actor, let reason):
            move(to: .merged)
            tell(.callMerged, now, actor, first: root, batch.text(at: reason))
        case .callUnmerged(_, let actor, let reason):
            move(to: .working)
            tell(.callUnmerged, now, actor, batch.text(at: reason))
        case .mergeSettled: tell(Step(kind: .mergeSettled, at: now))
        case .reportScheduled(_, let deadline, let report):
            tell(Step(kind: .reportScheduled, at: now, first: UInt64(report)).timed(deadline))
        case .reportFiled(_, let actor, let text, let report):
            tell(.reportFiled, now, actor, first: UInt64(report), batch.text(at: text))
        case .duplicateReported(_, let other, let actor):
            tell(.duplicateReported, now, actor, first: other, [UInt8]())
        case .erasureRequested(_, let actor, let reason):
            tell(.erasureRequested, now, actor, batch.text(at: reason))
        case .personalDataErased(let erased):
            eraseTexts()
            tell(
                .personalDataErased, now, erased.actor, first: UInt64(erased.texts.count),
                batch.text(at: erased.reason))
        default:
            foldPart(fact, of: batch, at: now)
        }
    }

    private func end(as state: CallState, at now: Timestamp) {
        move(to: state)
        closedAt = now
    }

    private func tell(
        _ kind: StepKind, _ now: Timestamp, _ actor: ActorID, first: UInt64 = 0,
        _ text: some Sequence<UInt8>
    ) {
        tell(Step(kind: kind, at: now, actor: actor, first: first, text: Array(text)))
    }
}

extension Timestamp {
    /// The milliseconds as a step holds them.
    var bits: UInt64 { UInt64(bitPattern: milliseconds) }
}
