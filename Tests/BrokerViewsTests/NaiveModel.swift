import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

@testable import BrokerViews

/// What the views should show, computed the plain way: one fact after the other, all in memory.
struct NaiveModel {
    struct Part {
        var department: UInt16
        var state = AssignmentState.queued
        var before = AssignmentState.accepted
        var due: Timestamp
    }

    struct Call {
        var fact: CallFiled
        var state: CallState
        var filedAt: Timestamp
        var closedAt = Timestamp.zero
        var texts: WireCallTexts
        var steps: [String] = []
        var parts: [AssignmentNumber: Part] = [:]
        var missedResolve = false

        /// Whether a part, of that department if one is given, is past its resolve clock.
        func isOverdue(at now: Timestamp, department: UInt16?) -> Bool {
            state.isOpen
                && parts.values.contains {
                    $0.state.isOpen && $0.due < now
                        && (department == nil || department == $0.department)
                }
        }
    }

    private(set) var calls: [UInt64: Call] = [:]
    private var now = Timestamp.zero

    init(_ batches: [Batch]) {
        for batch in batches {
            for fact in batch.facts { apply(fact, of: batch) }
        }
    }

    private mutating func apply(_ fact: Fact, of batch: Batch) {
        let name = String("\(fact)".prefix { $0 != "(" })
        switch fact {
        case .turnBegan(let at): now = max(now, at)
        case .callFiled(let filed):
            let texts = try? WireCallTexts(serializedBytes: Data(batch.text(at: filed.texts)))
            calls[filed.serial] = Call(
                fact: filed, state: filed.isVerifying ? .verifying : .filed, filedAt: now,
                texts: texts ?? WireCallTexts())
            step(filed.serial, name) { _ in }
        case .commandDecided(let fact): step(fact.serial, name) { _ in }
        case .mergeSettled(let serial), .reportScheduled(let serial, _, _),
            .reportFiled(let serial, _, _, _), .duplicateReported(let serial, _, _),
            .erasureRequested(let serial, _, _):
            step(serial, name) { _ in }
        case .personalDataErased(let erased):
            step(erased.serial, name) { $0.texts = WireCallTexts() }
        case .callVerified(let serial, let passed, _, _):
            let now = now
            step(serial, name) {
                $0.state = passed ? .filed : .voided
                if !passed { $0.closedAt = now }
            }
        case .stageBegan(let serial, _): step(serial, name) { _ in }
        case .checkOpened(let serial, _): step(serial, name) { $0.state = .checking }
        case .checkDecided(let serial, let passed, _, _):
            step(serial, name) { if !passed { $0.state = .working } }
        case .callClosed(let serial): end(serial, name, .closed)
        case .callVoided(let serial, _, _): end(serial, name, .voided)
        case .callMerged(let serial, _, _, _): step(serial, name) { $0.state = .merged }
        case .callUnmerged(let serial, _, _): step(serial, name) { $0.state = .working }
        case .assignmentQueued(let fact):
            step(fact.number.serial, name) {
                $0.parts[fact.number] = Part(
                    department: fact.department, due: fact.resolve.dueAt)
            }
        default: applyPart(fact, name)
        }
    }

    private mutating func applyPart(_ fact: Fact, _ name: String) {
        switch fact {
        case .assignmentDispatched(let fact):
            part(fact.number, name) { $0.state = .dispatched }
            if calls[fact.number.serial]?.state == .filed {
                calls[fact.number.serial]?.state = .working
            }
        case .assignmentDelivered(let number):
            part(number, name) { if $0.state == .dispatched { $0.state = .delivered } }
        case .assignmentAccepted(let fact): part(fact.number, name) { $0.state = .accepted }
        case .assignmentArrived(let number, _): part(number, name) { $0.state = .arrived }
        case .assignmentReleased(let fact): part(fact.number, name) { $0.state = .queued }
        case .assignmentStuck(let number, _): part(number, name) { $0.state = .stuck }
        case .assignmentCompleted(let fact): part(fact.number, name) { $0.state = .completed }
        case .assignmentReturned(let fact): part(fact.number, name) { $0.state = .returned }
        case .assignmentWithdrawn(let number, _, _), .assignmentRedispatched(let number, _, _, _):
            part(number, name) { $0.state = .withdrawn }
        case .assignmentRequeued(let number, _, _): part(number, name) { $0.state = .queued }
        case .assignmentReworked(let number, _, let resolve):
            part(number, name) {
                $0.state = .queued
                $0.due = resolve.dueAt
            }
        default: applyClock(fact, name)
        }
    }

    private mutating func applyClock(_ fact: Fact, _ name: String) {
        switch fact {
        case .measuresProposed(let fact):
            part(fact.number, name) {
                guard fact.isMajor else { return }
                $0.before = $0.state
                $0.state = .underReview
            }
        case .proposalReviewed(let fact): part(fact.number, name) { $0.state = $0.before }
        case .extensionRequested(let number, _, _), .deadlineWarned(let number, _, _),
            .supervisionOpened(let number, _, _, _, _),
            .supervisionReplied(let number, _, _), .leadTaken(let number):
            part(number, name) { _ in }
        case .deadlineMissed(let number, let clock, _):
            part(number, name) { _ in }
            if clock == .resolve { calls[number.serial]?.missedResolve = true }
        case .extensionDecided(let number, let approved, let resolve, _, _):
            part(number, name) { if approved { $0.due = resolve.dueAt } }
        case .assignmentSuspended(let number, _, _, _, _):
            part(number, name) { $0.due = .distantFuture }
        case .assignmentResumed(let number, _, let resolve, _, _):
            part(number, name) { $0.due = resolve.dueAt }
        case .deadlineRevised(let number, let clock, let deadline):
            part(number, name) { if clock == .resolve { $0.due = deadline.dueAt } }
        default: break
        }
    }

    private mutating func end(_ serial: UInt64, _ name: String, _ state: CallState) {
        let now = now
        step(serial, name) {
            $0.state = state
            $0.closedAt = now
        }
    }

    private mutating func step(_ serial: UInt64, _ name: String, _ change: (inout Call) -> Void) {
        guard var call = calls[serial] else { return }
        change(&call)
        call.steps.append(name)
        calls[serial] = call
    }

    private mutating func part(
        _ number: AssignmentNumber, _ name: String, _ change: (inout Part) -> Void
    ) {
        step(number.serial, name) { call in
            guard var part = call.parts[number] else { return }
            change(&part)
            call.parts[number] = part
        }
    }
}
