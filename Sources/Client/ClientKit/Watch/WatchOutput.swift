import GridCodec
import GridModel

/// Writes the events of a watch that fit, and remembers what they say of calls.
struct WatchOutput {
    private let filter: WatchFilter
    private let format: OutputFormat
    private let presentation: Presentation
    private let session: ClientSession
    private var memory = WatchMemory()
    /// Whether a call can be looked up: not again in a batch in which nobody answered.
    private var isAnswered = true
    /// Events before this time are not shown, in milliseconds since 1970.
    var since = Int64.min
    /// How many events are still to be shown; `nil` for no end.
    var remaining: Int?

    /// Output to the console of a session.
    init(
        filter: WatchFilter, format: OutputFormat, _ presentation: Presentation,
        _ session: ClientSession
    ) {
        self.filter = filter
        self.format = format
        self.presentation = presentation
        self.session = session
    }

    /// Whether all that was asked for was shown.
    var isFinished: Bool { remaining == 0 }

    /// Shows the events of a batch.
    mutating func write(_ batch: WatchBatch) {
        isAnswered = true
        for event in WatchEvent.all(in: batch) where !isFinished { write(event) }
    }

    private mutating func write(_ event: WatchEvent) {
        memory.see(event)
        guard event.time >= since, isShown(event), filter.mayPass(event) else { return }
        if format == .table || filter.needsCalls, memory.lacks(event) { lookUp(event) }
        guard filter.passes(event, memory) else { return }
        if format == .json {
            session.console.write(bytes: event.json)
        } else {
            session.console.write(WatchSentence(event, memory, presentation).line)
        }
        remaining = remaining.map { $0 - 1 }
    }

    /// For people a time stands in every line, so that its fact is shown only if asked for.
    private func isShown(_ event: WatchEvent) -> Bool {
        format == .json || event.kind != "turnBegan" || filter.kinds.contains("turnBegan")
    }

    /// Asks what a call is about that was filed before the watch began. Without an answer the event
    /// is shown with its serial, and the next one of the call asks again.
    private mutating func lookUp(_ event: WatchEvent) {
        guard isAnswered, let serial = event.call else { return }
        var query = WireTrackQuery()
        query.fragment = String(serial)
        do throws(ClientFailure) {
            switch try session.client.query(.track(query)) {
            case .call(let view): note([view], serial)
            case .list(let list): note(list.calls, serial)
            default: memory.note(nil, serial: serial)
            }
        } catch {
            if case .refused = error, error.exitStatus == .refused {
                memory.note(nil, serial: serial)
            } else {
                isAnswered = false
            }
        }
    }

    private mutating func note(_ views: [WireCallView], _ serial: UInt64) {
        let view = views.first {
            (try? CaseNumber(parsing: $0.caseNumber))?.serial == serial
        }
        memory.note(view, serial: serial)
    }
}
