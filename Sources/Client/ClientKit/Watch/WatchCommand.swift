import Glibc
import GridCodec
import GridModel

/// `gridcall watch`: events as they happen, a line each, until it is told to end.
package struct WatchCommand: ClientCommand {
    /// Where to begin.
    package enum Start: Hashable, Sendable {
        case now
        case batch(UInt64)
        case time(TimeBound)
        /// So many milliseconds ago.
        case ago(milliseconds: Int64)
    }

    /// What can be chosen.
    package struct Options: Sendable {
        /// Milliseconds between two looks.
        package var interval: Int64
        /// How many events; `nil` for no end.
        package var count: Int?
        package var start = Start.now
        package var format: OutputFormat
        /// Names of facts.
        package var kinds: [String] = []
        package var calls: [CallReference] = []
        /// Ids or names of the catalogue.
        package var departments: [String] = []
        package var categories: [String] = []
        package var grids: [String] = []
        package var campaigns: [String] = []

        /// Everything from now on.
        package init(interval: Int64, count: Int? = nil, format: OutputFormat) {
            self.interval = interval
            self.count = count
            self.format = format
        }
    }

    private let options: Options

    /// A watch with `options`.
    package init(_ options: Options) { self.options = options }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        _ = try session.client.connect()
        let presentation = session.namedPresentation
        let start = start(in: presentation)
        var follower = WatchFollower(interval: options.interval, start: start)
        var output = WatchOutput(
            filter: try filter(in: session), format: options.format, presentation, session)
        output.remaining = options.count
        if case .time(let time) = start { output.since = time.milliseconds }
        let signals = try TerminalSignals([SIGINT, SIGTERM])
        while signals.take().isEmpty {
            if let question = follower.takeQuestion(now: session.link.now) {
                session.link.query(question)
            }
            let pause = follower.pause(now: session.link.now)
            for event in session.link.events(waitingAtMost: pause) {
                follower.apply(event, now: session.link.now)
            }
            for news in follower.takeNews() { tell(news, session) }
            for line in follower.takeLines() where !output.isFinished { output.write(line) }
            // Whoever reads it is gone or full: the terminal tells why.
            guard session.console.outputFailure == nil else { return .inputOutput }
            if output.isFinished { return .done }
            if let failure = follower.failure { throw failure }
        }
        return .done
    }

    private func start(in presentation: Presentation) -> WatchFollower.Start {
        switch options.start {
        case .now: return .now
        case .batch(let batch): return .batch(batch)
        case .time(let bound): return .time(bound.start(in: presentation.zone))
        case .ago(let milliseconds):
            let now = presentation.now.map { Timestamp(milliseconds: $0) } ?? .now
            return .time(now.advanced(byMilliseconds: -milliseconds))
        }
    }

    private func filter(in session: ClientSession) throws(ClientFailure) -> WatchFilter {
        var filter = WatchFilter()
        for kind in options.kinds {
            guard WatchKinds.all.contains(kind) else { throw Self.unknown(kind) }
            filter.kinds.insert(kind)
        }
        for call in options.calls {
            let view = try session.track(call)
            guard let number = try? CaseNumber(parsing: view.caseNumber) else {
                throw .unexpectedAnswer
            }
            filter.calls.insert(number.serial)
        }
        for name in options.departments {
            filter.departments.insert(try session.id(.department, named: name))
        }
        for name in options.categories {
            filter.categories.insert(try session.id(.category, named: name))
        }
        for name in options.grids { filter.grids.insert(try session.id(.grid, named: name)) }
        for name in options.campaigns {
            filter.campaigns.insert(try session.id(.campaign, named: name))
        }
        return filter
    }

    /// Why a kind of fact cannot be asked for, with those that can.
    package static func unknown(_ kind: String) -> ClientFailure {
        let shown = kind.escapedForTerminal.shortened(toWidth: 40)
        let kinds = WatchKinds.all.joined(separator: ", ")
        return .badInput(
            reason: Phrase(
                chinese: "没有“\(shown)”这种事件；可选：\(kinds)",
                english: "there is no kind of event \"\(shown)\"; there are: \(kinds)"))
    }

    private func tell(_ news: WatchFollower.News, _ session: ClientSession) {
        let endpoint = session.endpoint.escapedForTerminal
        let text =
            switch news {
            case .lost:
                session.language(
                    chinese: "与 \(endpoint) 的连接已断开，正在重连；恢复后从最后显示的事件继续",
                    english: "the broker at \(endpoint) is gone; trying again, to go on after the "
                        + "last event")
            case .back: session.language(chinese: "已重新连接", english: "connected again")
            }
        session.console.note("gridcall: \(text)\n")
    }
}
