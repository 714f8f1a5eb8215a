import BrokerEngine
import GridModel

extension FactWriter {
    /// Writes any fact but a catalogue, whose JSON is made elsewhere.
    mutating func write(_ fact: Fact) {
        switch fact {
        case .catalogueAdopted: preconditionFailure("a catalogue is written as JSON")
        case .turnBegan(let at): self.fact(.turnBegan) { $0.signed(1, at.milliseconds) }
        case .epochBegan(let epoch, let firstSerial):
            self.fact(.epochBegan) {
                $0.unsigned(1, epoch)
                $0.unsigned(2, firstSerial)
            }
        case .actorNamed(let actor, let name):
            self.fact(.actorNamed) {
                $0.unsigned(1, actor)
                $0.bytes(4, name.utf8)
            }
        case .commandDecided(let command): write(command)
        case .callFiled(let call): write(call)
        case .callVerified(let serial, let passed, let actor, let note):
            writeDecision(.callVerified, serial, passed, actor, note)
        case .stageBegan(let serial, let stage):
            self.fact(.stageBegan) {
                $0.unsigned(1, serial)
                $0.unsigned(4, stage)
            }
        case .checkOpened(let serial, let deadline):
            self.fact(.checkOpened) {
                $0.unsigned(1, serial)
                $0.deadline(4, deadline)
            }
        case .checkDecided(let serial, let passed, let actor, let note):
            writeDecision(.checkDecided, serial, passed, actor, note)
        case .callClosed(let serial): self.fact(.callClosed) { $0.unsigned(1, serial) }
        case .callVoided(let serial, let actor, let reason):
            writeStep(.callVoided, serial, actor, reason)
        case .callMerged(let serial, let into, let actor, let reason):
            writeStep(.callMerged, serial, actor, reason) { $0.unsigned(4, into) }
        case .callUnmerged(let serial, let actor, let reason):
            writeStep(.callUnmerged, serial, actor, reason)
        case .assignmentQueued(let queued): write(queued)
        case .assignmentDispatched(let dispatched): write(dispatched)
        case .assignmentDelivered(let number):
            self.fact(.assignmentDelivered) { $0.unsigned(1, number.rawValue) }
        case .assignmentAccepted(let accepted): write(accepted)
        case .assignmentArrived(let number, let actor):
            writeStep(.assignmentArrived, number.rawValue, actor, nil)
        case .assignmentReleased(let released): write(released)
        case .assignmentStuck(let number, let cause):
            self.fact(.assignmentStuck) {
                $0.unsigned(1, number.rawValue)
                $0.unsigned(4, cause.rawValue)
            }
        case .assignmentCompleted(let ended): write(ended, as: .assignmentCompleted)
        case .assignmentReturned(let ended): write(ended, as: .assignmentReturned)
        case .assignmentWithdrawn(let number, let actor, let reason):
            writeStep(.assignmentWithdrawn, number.rawValue, actor, reason)
        case .assignmentRedispatched(let from, let to, let actor, let reason):
            writeStep(.assignmentRedispatched, from.rawValue, actor, reason) {
                $0.unsigned(4, to.rawValue)
            }
        case .assignmentRequeued(let number, let actor, let reason):
            writeStep(.assignmentRequeued, number.rawValue, actor, reason)
        case .assignmentReworked(let number, let dispatch, let resolve):
            self.fact(.assignmentReworked) {
                $0.unsigned(1, number.rawValue)
                $0.deadline(4, dispatch)
                $0.deadline(5, resolve)
            }
        case .measuresProposed(let proposed): write(proposed)
        case .proposalReviewed(let reviewed): write(reviewed)
        case .extensionRequested(let number, let actor, let reason):
            writeStep(.extensionRequested, number.rawValue, actor, reason)
        case .extensionDecided(let number, let approved, let resolve, let actor, let reason):
            writeStep(.extensionDecided, number.rawValue, actor, reason) {
                $0.flag(4, approved)
                $0.deadline(5, resolve)
            }
        case .assignmentSuspended(let number, let remaining, let until, let actor, let reason):
            writeStep(.assignmentSuspended, number.rawValue, actor, reason) {
                $0.signed(4, remaining)
                $0.time(5, until)
            }
        case .assignmentResumed(let number, let step, let resolve, let actor, let reason):
            writeStep(.assignmentResumed, number.rawValue, actor ?? 0, reason) {
                $0.deadline(4, resolve)
                $0.deadline(5, step)
                $0.flag(6, actor != nil)
            }
        case .deadlineWarned(let number, let clock, let report):
            write(clock, report, of: number, as: .deadlineWarned)
        case .deadlineMissed(let number, let clock, let report):
            write(clock, report, of: number, as: .deadlineMissed)
        case .deadlineRevised(let number, let clock, let deadline):
            self.fact(.deadlineRevised) {
                $0.unsigned(1, number.rawValue)
                $0.unsigned(4, clock.rawValue)
                $0.deadline(5, deadline)
            }
        case .supervisionOpened(let number, let deadline, let supervisor, let actor, let order):
            writeStep(.supervisionOpened, number.rawValue, actor, order) {
                $0.deadline(4, deadline)
                $0.unsigned(5, supervisor.map { UInt32($0) + 1 } ?? 0)
            }
        case .supervisionReplied(let number, let actor, let reply):
            writeStep(.supervisionReplied, number.rawValue, actor, reply)
        case .queuePaused(let department, let until, let actor, let reason):
            writeStep(.queuePaused, UInt64(department), actor, reason) { $0.time(4, until) }
        case .queueResumed(let department, let actor):
            writeStep(.queueResumed, UInt64(department), actor, nil)
        case .accessRefused(let refusal):
            writeStep(.accessRefused, UInt64(refusal.action.rawValue), refusal.actor, nil) {
                $0.unsigned(4, refusal.code.rawValue)
                $0.unsigned(5, refusal.unlisted)
            }
        default: writeRare(fact)
        }
    }

    /// Facts of linkage, merges, workers, the clock and reports.
    private mutating func writeRare(_ fact: Fact) {
        switch fact {
        case .leadTaken(let number): self.fact(.leadTaken) { $0.unsigned(1, number.rawValue) }
        case .mergeSettled(let serial): self.fact(.mergeSettled) { $0.unsigned(1, serial) }
        case .workerDirected(let worker, let order, let actor, let stands):
            writeStep(.workerDirected, UInt64(worker), actor, nil) {
                $0.unsigned(4, order.rawValue)
                $0.flag(5, stands)
            }
        case .clockJumped(let milliseconds): self.fact(.clockJumped) { $0.signed(1, milliseconds) }
        case .clockConfirmed(let actor): self.fact(.clockConfirmed) { $0.unsigned(2, actor) }
        case .reportScheduled(let serial, let deadline, let report):
            self.fact(.reportScheduled) {
                $0.unsigned(1, serial)
                $0.deadline(4, deadline)
                $0.unsigned(5, report)
            }
        case .reportFiled(let serial, let actor, let text, let report):
            writeStep(.reportFiled, serial, actor, text) { $0.unsigned(4, report) }
        case .campaignOpened(let campaign, let until, let actor, let reason):
            writeStep(.campaignOpened, UInt64(campaign), actor, reason) { $0.time(4, until) }
        case .campaignExtended(let campaign, let until, let actor, let reason):
            writeStep(.campaignExtended, UInt64(campaign), actor, reason) { $0.time(4, until) }
        case .campaignClosed(let campaign, let actor, let summary):
            writeStep(.campaignClosed, UInt64(campaign), actor, summary)
        case .activityRecorded(let activity, let actor, let theme):
            writeStep(.activityRecorded, UInt64(activity.kind.rawValue), actor, theme) {
                $0.signed(4, activity.heldAt.milliseconds)
                $0.unsigned(5, activity.sessions)
                $0.unsigned(6, activity.people)
            }
        case .duplicateReported(let serial, let other, let actor):
            writeStep(.duplicateReported, serial, actor, nil) { $0.unsigned(4, other) }
        case .personalDataErased(let erased): write(erased)
        case .erasureRequested(let serial, let actor, let reason):
            writeStep(.erasureRequested, serial, actor, reason)
        default: preconditionFailure("every other fact is written above")
        }
    }

    /// The three fields that most payloads share, then what `rest` adds.
    private mutating func writeStep(
        _ kind: FactKind, _ subject: UInt64, _ actor: ActorID, _ text: TextPlace?,
        _ rest: (inout FactWriter) -> Void = { _ in }
    ) {
        fact(kind) {
            $0.unsigned(1, subject)
            $0.unsigned(2, actor)
            $0.text(3, text)
            rest(&$0)
        }
    }

    private mutating func writeDecision(
        _ kind: FactKind, _ serial: UInt64, _ passed: Bool, _ actor: ActorID, _ note: TextPlace?
    ) {
        writeStep(kind, serial, actor, note) { $0.flag(4, passed) }
    }

    private mutating func write(_ command: CommandDecided) {
        fact(.commandDecided) {
            $0.unsigned(1, command.serial)
            $0.id(4, command.id)
            $0.id(6, command.contentDigest)
            $0.unsigned(8, command.revision)
        }
    }

    private mutating func write(_ call: CallFiled) {
        writeStep(.callFiled, call.serial, call.actor, call.texts) {
            $0.id(4, call.id)
            $0.id(6, call.contentDigest)
            $0.unsigned(8, call.year)
            $0.unsigned(9, call.category)
            $0.unsigned(10, call.condition)
            $0.unsigned(11, call.grid)
            $0.unsigned(12, call.campaign &+ 1)
            $0.unsigned(13, call.urgency.rawValue)
            $0.signed(14, call.observedAt.milliseconds)
            $0.unsigned(15, call.catalogueVersion)
            $0.flag(16, call.isRecordedEarlier)
            $0.flag(17, call.isClockSuspect)
            $0.flag(18, call.isVerifying)
            $0.coordinates(19, call.coordinates)
        }
    }

    private mutating func write(_ queued: AssignmentQueued) {
        fact(.assignmentQueued) {
            $0.unsigned(1, queued.number.rawValue)
            $0.unsigned(4, queued.department)
            $0.unsigned(5, queued.role.rawValue)
            $0.unsigned(6, queued.stage)
            $0.deadline(7, queued.dispatch)
            $0.deadline(8, queued.resolve)
            if let ordinal = queued.continues { $0.unsigned(9, UInt64(ordinal) + 1) }
        }
    }

    private mutating func write(_ dispatched: AssignmentDispatched) {
        writeStep(.assignmentDispatched, dispatched.number.rawValue, dispatched.worker, nil) {
            $0.unsigned(4, dispatched.attempt)
            $0.deadline(5, dispatched.accept)
        }
    }

    private mutating func write(_ accepted: AssignmentAccepted) {
        writeStep(.assignmentAccepted, accepted.number.rawValue, accepted.actor, nil) {
            $0.deadline(4, accepted.arrive)
        }
    }

    private mutating func write(_ released: AssignmentReleased) {
        writeStep(.assignmentReleased, released.number.rawValue, 0, released.reason) {
            $0.unsigned(4, released.cause.rawValue)
            $0.unsigned(5, released.failures)
            $0.time(6, released.notBefore)
        }
    }

    private mutating func write(_ ended: AssignmentEnded, as kind: FactKind) {
        writeStep(kind, ended.number.rawValue, ended.actor, ended.texts) {
            $0.unsigned(4, ended.attempt)
        }
    }

    private mutating func write(_ proposed: MeasuresProposed) {
        writeStep(.measuresProposed, proposed.number.rawValue, proposed.actor, proposed.texts) {
            $0.digest(4, proposed.digest)
            $0.flag(8, proposed.isMajor)
            $0.deadline(9, proposed.review)
        }
    }

    private mutating func write(_ reviewed: ProposalReviewed) {
        writeStep(.proposalReviewed, reviewed.number.rawValue, reviewed.actor, reviewed.reason) {
            $0.digest(4, reviewed.digest)
            $0.unsigned(8, reviewed.verdict.rawValue)
        }
    }

    private mutating func write(
        _ clock: ClockKind, _ report: UInt8, of number: AssignmentNumber, as kind: FactKind
    ) {
        fact(kind) {
            $0.unsigned(1, number.rawValue)
            $0.unsigned(4, clock.rawValue)
            $0.unsigned(5, report)
        }
    }
}
