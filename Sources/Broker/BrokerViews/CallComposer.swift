import BrokerEngine
import Foundation
import GRDB
import GridCodec
import GridModel
import SwiftProtobuf

/// Turns records into the views of the wire: numbers become names.
struct CallComposer {
    private let queries: ViewQueries
    private let actorName: Statement

    /// A composer over the transaction of `queries`.
    init(_ queries: ViewQueries) throws {
        self.queries = queries
        actorName = try queries.database.cachedStatement(
            sql: "SELECT name FROM actor WHERE number = ?")
    }

    /// A call with its parts, without its story; lights are as of `now`.
    func view(
        of record: CallRecord, texts: Data, now: Timestamp
    ) throws -> WireCallView {
        let filing = record.filing
        let names = queries.names
        var view = WireCallView()
        view.id = filing.id.data
        view.caseNumber = caseNumber(of: filing).description
        view.state = "\(record.state)"
        view.category = names.name(filing.category, in: names.categories)
        view.condition = names.condition(
            filing.condition, category: filing.category, version: filing.catalogueVersion)
        view.grid = names.name(filing.grid, in: names.grids)
        view.campaign = names.name(filing.campaign, in: names.campaigns)
        view.urgency = WireCallUrgency(rawValue: Int(filing.urgency.rawValue)) ?? .unspecified
        view.filedAt = filing.filedAt.milliseconds
        view.observedAt = filing.observedAt.milliseconds
        view.closedAt = record.closedAt.milliseconds
        view.recordedEarlier = filing.isRecordedEarlier
        view.clockSuspect = filing.isClockSuspect
        if let coordinates = filing.coordinates {
            view.coordinates.latitude = coordinates.latitude
            view.coordinates.longitude = coordinates.longitude
        }
        // Erased texts are no message any more and show as empty.
        if !texts.isEmpty, let texts = try? WireCallTexts(serializedBytes: texts) {
            view.texts = texts
        }
        view.revision = record.revision
        let book = ClockBook(record.story.steps(filedAt: filing.filedAt))
        view.parts = try record.parts.map { part in
            var view = try self.view(of: part)
            if let clocks = book.parts[part.number.ordinal] {
                try add(clocks, to: &view, now: now)
            }
            return view
        }
        view.clocks = book.call.views(at: now, report: report(of: filing))
        view.mergedInto = try caseNumber(book.mergedInto)
        view.sameAs = try caseNumber(book.sameAs)
        return view
    }

    /// A call's story.
    func steps(of record: CallRecord) throws -> [WireStepView] {
        let names = queries.names
        let merged = try caseNumbers(namedIn: record)
        let detail = StepDetail(
            department: { names.name($0, in: names.departments) },
            caseNumber: { merged[$0] ?? "" }, report: report(of: record.filing))
        return try record.story.steps(filedAt: record.filing.filedAt).map { step in
            var view = WireStepView()
            view.at = step.at.milliseconds
            view.step = step.kind.name
            view.ordinal = UInt32(step.ordinal)
            view.actor = try step.actor.map(name(of:)) ?? ""
            let words = detail.words(for: step)
            view.detail = words.detail
            view.valuesBytes = UInt32(words.valuesBytes)
            return view
        }
    }

    /// The case number of a filed call.
    func caseNumber(of filing: CallRecord.Filing) -> CaseNumber {
        CaseNumber(
            prefix: queries.names.casePrefix(version: filing.catalogueVersion),
            year: Int(filing.year), serial: filing.serial)
    }

    /// The ids of the reports on a case, by their place in its category.
    private func report(of filing: CallRecord.Filing) -> (UInt8) -> String {
        let names = queries.names
        return {
            names.report($0, category: filing.category, version: filing.catalogueVersion)
        }
    }

    private func view(of part: PartRecord) throws -> WirePartView {
        let names = queries.names
        var view = WirePartView()
        view.assignment = part.number.rawValue
        view.department = names.name(part.department, in: names.departments)
        view.role = part.role == .lead ? .lead : .assist
        view.state = "\(part.state)"
        view.stage = UInt32(part.stage)
        view.attempts = part.attempts
        view.queuedAt = part.queuedAt.milliseconds
        view.dispatchedAt = part.dispatchedAt.milliseconds
        view.acceptedAt = part.acceptedAt.milliseconds
        view.completedAt = part.completedAt.milliseconds
        view.resolveDue = part.resolveDue == .distantFuture ? 0 : part.resolveDue.milliseconds
        view.worker = try part.worker.map(name(of:)) ?? ""
        view.reason = String(decoding: part.reason, as: UTF8.self)
        return view
    }

    private func add(
        _ book: ClockBook.Part, to view: inout WirePartView, now: Timestamp
    ) throws {
        view.clocks = book.views(at: now)
        view.arrivedAt = book.arrivedAt.milliseconds
        if book.suspendedAt != nil { view.suspendedUntil = Int64(bitPattern: book.suspendedUntil) }
        view.extensions = book.extensions
        view.extensionRequested = book.isExtensionRequested
        if let proposal = try book.proposalView(name(of:)) { view.proposal = proposal }
        let names = queries.names
        let supervision = try book.supervisionView(name(of:)) {
            names.name($0, in: names.departments)
        }
        if let supervision { view.supervision = supervision }
    }

    /// The name of an actor; 0 is this machine's own operator, whom no fact names.
    func name(of actor: ActorID) throws -> String {
        try String.fetchOne(actorName, arguments: [actor]) ?? (actor == 0 ? "local" : "")
    }

    /// The case number of a serial; empty for 0 and for a call that is not there.
    private func caseNumber(_ serial: UInt64) throws -> String {
        guard serial != 0, let record = try queries.loader.record(serial) else { return "" }
        return caseNumber(of: record.filing).description
    }

    /// The case numbers of the calls this one was merged into or taken for.
    private func caseNumbers(namedIn record: CallRecord) throws -> [UInt64: String] {
        var numbers: [UInt64: String] = [:]
        for step in record.story.steps(filedAt: record.filing.filedAt)
        where step.kind == .callMerged || step.kind == .duplicateReported {
            numbers[step.first] = try caseNumber(step.first)
        }
        return numbers
    }
}
