import BrokerEngine
import Foundation
import GridModel

/// Facts as objects of JSON, the format of docs/audit.md: numbers are turned into ids and names.
///
/// The switch names every kind of fact, so that the compiler asks for a new one.
struct FactJSON {
    /// Explains the numbers; has read the batch at hand.
    let names: ExportNames
    /// The facts as they are stored.
    let facts: Data
    /// The texts beside the batch's facts; `nil` if what people wrote is left out.
    let texts: Data?

    /// Writes the fact at place `index` of batch `seq`.
    func write(_ fact: Fact, seq: UInt64, index: Int, to line: inout JSONLine) {
        line.object { step in
            switch fact {
            case .catalogueAdopted: adopted(seq: seq, index: index, &step)
            default: write(fact, &step)
            }
        }
    }

    private func write(_ fact: Fact, _ step: inout JSONLine) {
        switch fact {
        case .turnBegan(let at):
            step.text("fact", "turnBegan")
            time("at", at, &step)
        case .epochBegan(let epoch, let firstSerial):
            step.text("fact", "epochBegan")
            step.number("epoch", epoch)
            step.number("firstSerial", firstSerial)
        case .catalogueAdopted: preconditionFailure("a catalogue is written with its place")
        case .actorNamed(let actor, let name):
            step.text("fact", "actorNamed")
            step.number("number", actor)
            step.text("name", name)
        case .commandDecided(let command): decided(command, &step)
        case .callFiled(let call): filed(call, &step)
        case .callVerified(let serial, let passed, let actor, let note):
            call("callVerified", serial, &step) { $0.flag("passed", passed) }
            person(actor, note, &step)
        case .stageBegan(let serial, let stage):
            call("stageBegan", serial, &step) { $0.number("stage", stage) }
        case .checkOpened(let serial, let deadline):
            call("checkOpened", serial, &step) { self.deadline("check", deadline, &$0) }
        case .checkDecided(let serial, let passed, let actor, let note):
            call("checkDecided", serial, &step) { $0.flag("passed", passed) }
            person(actor, note, &step)
        case .callClosed(let serial): call("callClosed", serial, &step)
        case .callVoided(let serial, let actor, let reason):
            call("callVoided", serial, &step)
            person(actor, reason, &step)
        case .callMerged(let serial, let into, let actor, let reason):
            call("callMerged", serial, &step) { $0.number("into", into) }
            person(actor, reason, &step)
        case .callUnmerged(let serial, let actor, let reason):
            call("callUnmerged", serial, &step)
            person(actor, reason, &step)
        case .mergeSettled(let serial): call("mergeSettled", serial, &step)
        case .reportScheduled(let serial, let deadline, let report):
            call("reportScheduled", serial, &step) {
                $0.number("report", report)
                self.deadline("due", deadline, &$0)
            }
        case .reportFiled(let serial, let actor, let text, let report):
            call("reportFiled", serial, &step) { $0.number("report", report) }
            person(actor, text, &step)
        case .campaignOpened(let campaign, let until, let actor, let reason):
            window("campaignOpened", campaign, until, &step)
            person(actor, reason, &step)
        case .campaignExtended(let campaign, let until, let actor, let reason):
            window("campaignExtended", campaign, until, &step)
            person(actor, reason, &step)
        case .campaignClosed(let campaign, let actor, let summary):
            step.text("fact", "campaignClosed")
            step.text("campaign", names.id(campaign, in: names.campaigns))
            person(actor, summary, &step)
        case .duplicateReported(let serial, let other, let actor):
            call("duplicateReported", serial, &step) { $0.number("of", other) }
            step.text("actor", names.actor(actor))
        case .personalDataErased(let erased): self.erased(erased, &step)
        case .erasureRequested(let serial, let actor, let reason):
            call("erasureRequested", serial, &step)
            person(actor, reason, &step)
        case .activityRecorded(let activity, let actor, let theme):
            step.text("fact", "activityRecorded")
            step.text("kind", "\(activity.kind)")
            time("heldAt", activity.heldAt, &step)
            step.number("sessions", activity.sessions)
            step.number("people", activity.people)
            person(actor, theme, &step)
        case .queuePaused(let department, let until, let actor, let reason):
            step.text("fact", "queuePaused")
            step.text("department", names.id(department, in: names.departments))
            time("until", until, &step)
            person(actor, reason, &step)
        case .queueResumed(let department, let actor):
            step.text("fact", "queueResumed")
            step.text("department", names.id(department, in: names.departments))
            step.text("actor", names.actor(actor))
        case .accessRefused(let refusal): refused(refusal, &step)
        case .workerDirected(let worker, let order, let actor, let stands):
            step.text("fact", "workerDirected")
            step.text("worker", names.actor(worker))
            step.text("order", "\(order)")
            step.flag("stands", stands)
            step.text("actor", names.actor(actor))
        case .clockJumped(let milliseconds):
            step.text("fact", "clockJumped")
            step.number("milliseconds", milliseconds)
        case .clockConfirmed(let actor):
            step.text("fact", "clockConfirmed")
            step.text("actor", names.actor(actor))
        case .assignmentQueued, .assignmentDispatched, .assignmentDelivered, .assignmentAccepted,
            .assignmentArrived, .assignmentReleased, .assignmentStuck, .assignmentCompleted,
            .assignmentReturned, .assignmentWithdrawn, .assignmentRedispatched,
            .assignmentRequeued, .assignmentReworked, .measuresProposed, .proposalReviewed,
            .extensionRequested, .extensionDecided, .assignmentSuspended, .assignmentResumed,
            .deadlineWarned, .deadlineMissed, .deadlineRevised, .supervisionOpened,
            .supervisionReplied, .leadTaken:
            writeOfPart(fact, &step)
        }
    }

    private func window(
        _ name: String, _ campaign: UInt16, _ until: Timestamp, _ step: inout JSONLine
    ) {
        step.text("fact", name)
        step.text("campaign", names.id(campaign, in: names.campaigns))
        time("until", until, &step)
    }

    private func decided(_ command: CommandDecided, _ step: inout JSONLine) {
        step.text("fact", "commandDecided")
        step.hexadecimal("command", command.id.bytes)
        step.hexadecimal("contentDigest", command.contentDigest.bytes)
        step.number("call", command.serial)
        step.number("revision", command.revision)
    }

    private func filed(_ filed: CallFiled, _ step: inout JSONLine) {
        call("callFiled", filed.serial, &step)
        let prefix = names.adoption(filed.catalogueVersion)?.casePrefix ?? ""
        let number = CaseNumber(prefix: prefix, year: Int(filed.year), serial: filed.serial)
        step.text("caseNumber", prefix.isEmpty ? nil : number.description)
        step.hexadecimal("id", filed.id.bytes)
        step.hexadecimal("contentDigest", filed.contentDigest.bytes)
        step.number("catalogueVersion", filed.catalogueVersion)
        step.text("category", names.id(filed.category, in: names.categories))
        step.text(
            "condition",
            names.condition(
                filed.condition, of: filed.category, version: filed.catalogueVersion))
        step.text("grid", names.id(filed.grid, in: names.grids))
        let isTied = filed.campaign != CallFiled.noCampaign
        step.text("campaign", isTied ? names.id(filed.campaign, in: names.campaigns) : nil)
        step.text("urgency", "\(filed.urgency)")
        time("observedAt", filed.observedAt, &step)
        step.flag("recordedEarlier", filed.isRecordedEarlier)
        step.flag("clockSuspect", filed.isClockSuspect)
        step.flag("verifying", filed.isVerifying)
        if let coordinates = filed.coordinates {
            step.object("coordinates") {
                $0.real("latitude", coordinates.latitude)
                $0.real("longitude", coordinates.longitude)
            }
        } else {
            step.null("coordinates")
        }
        step.text("actor", names.actor(filed.actor))
        text(filed.texts, isOfCall: true, &step)
    }

    private func refused(_ refusal: AccessRefusal, _ step: inout JSONLine) {
        step.text("fact", "accessRefused")
        step.text("action", "\(refusal.action)")
        step.number("code", refusal.code.rawValue)
        step.number("unlisted", refusal.unlisted)
        step.text("actor", names.actor(refusal.actor))
    }

    /// The catalogue stands as it lies in the fact: what a later version would write of it could
    /// differ.
    private func adopted(seq: UInt64, index: Int, _ step: inout JSONLine) {
        step.text("fact", "catalogueAdopted")
        let place = names.adoptions.firstIndex { $0.seq == seq && $0.index == index }
        step.number("version", place.map { $0 + 1 })
        guard let place else { return }
        let first = names.adoptions[place].first
        let isLast = place + 1 == names.adoptions.count
        let next = isLast ? nil : names.adoptions[place + 1].first
        step.object("numbers") {
            numbers("departments", names.departments, first.departments, next?.departments, &$0)
            numbers("grids", names.grids, first.grids, next?.grids, &$0)
            numbers("categories", names.categories, first.categories, next?.categories, &$0)
            numbers("campaigns", names.campaigns, first.campaigns, next?.campaigns, &$0)
        }
        let json = facts.withUnsafeBytes { bytes in
            FactCodec.catalogueJSON(in: bytes, at: index).map { Data(bytes[$0]) }
        }
        if let json { step.json("catalogue", json) } else { step.null("catalogue") }
    }

    /// The ids that got numbers with a catalogue, in the order of the numbers, from `first` on.
    private func numbers(
        _ key: String, _ table: SymbolTable, _ first: Int, _ next: Int?, _ step: inout JSONLine
    ) {
        step.object(key) { added in
            added.number("first", first)
            added.array("ids") { ids in
                for id in table.names[first..<(next ?? table.names.count)] { ids.text(nil, id) }
            }
        }
    }
}

extension FactJSON {
    /// What facts of a whole call have in common.
    func call(
        _ name: String, _ serial: UInt64, _ step: inout JSONLine,
        _ rest: (inout JSONLine) -> Void = { _ in }
    ) {
        step.text("fact", name)
        step.number("call", serial)
        rest(&step)
    }

    /// Who did it, and what he or she wrote.
    func person(_ actor: ActorID, _ place: TextPlace?, _ step: inout JSONLine) {
        step.text("actor", names.actor(actor))
        text(place, &step)
    }

    /// A time in milliseconds since 1970-01-01T00:00:00Z; `null` for never.
    func time(_ key: String, _ time: Timestamp, _ step: inout JSONLine) {
        step.number(key, time == .distantFuture ? nil : time.milliseconds)
    }

    /// A clock's times; `null` for a clock without a limit.
    func deadline(_ key: String, _ deadline: Deadline, _ step: inout JSONLine) {
        guard deadline != .none else { return step.null(key) }
        step.object(key) {
            time("warnsAt", deadline.warnsAt, &$0)
            time("dueAt", deadline.dueAt, &$0)
            $0.flag("provisional", deadline.isProvisional)
        }
    }

    /// Where a text lies and what it hashes to; with texts, the text too.
    func text(_ place: TextPlace?, isOfCall: Bool = false, _ step: inout JSONLine) {
        guard let place else { return step.null("text") }
        step.object("text") {
            $0.number("offset", place.offset)
            $0.number("length", place.length)
            $0.hexadecimal("sha256", place.digest.bytes)
            if let texts { content(place, in: texts, isOfCall, &$0) }
        }
    }

    /// The text itself: its salt, its bytes in base64, and what they say; of one that was erased
    /// nothing is left.
    private func content(
        _ place: TextPlace, in texts: Data, _ isOfCall: Bool, _ step: inout JSONLine
    ) {
        let stored = StoredText(
            in: texts, offset: Int(place.offset), length: Int(place.length))
        guard case .present(let range) = stored else {
            if case .erased = stored { return step.flag("erased", true) }
            return step.flag("missing", true)
        }
        let start = texts.startIndex + range.lowerBound
        let salted = texts[start..<start + range.count]
        let bytes = Data(salted.dropFirst(JournalReader.saltBytes))
        step.hexadecimal("salt", salted.prefix(JournalReader.saltBytes))
        step.base64("bytes", bytes)
        if isOfCall {
            callTexts(bytes, &step)
        } else {
            step.text("says", String(validating: bytes, as: UTF8.self))
        }
    }

    /// The four fields of `CallTexts` in wire.proto.
    private func callTexts(_ bytes: Data, _ step: inout JSONLine) {
        let keys = ["description", "address", "reporter", "contact"]
        var values = [String](repeating: "", count: keys.count)
        let isRead = bytes.withUnsafeBytes { bytes in
            var reader = FieldReader(bytes)
            do throws(FactCodecError) {
                while let (field, wireType) = try reader.tag() {
                    guard wireType == 2 else { return false }
                    let part = bytes[try reader.part()]
                    guard (1...keys.count).contains(field) else { continue }
                    guard let value = String(validating: part, as: UTF8.self) else { return false }
                    values[field - 1] = value
                }
                return true
            } catch {
                return false
            }
        }
        guard isRead else { return step.null("says") }
        step.object("says") {
            for (key, value) in zip(keys, values) { $0.text(key, value) }
        }
    }
}
