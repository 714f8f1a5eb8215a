import GridCodec
import GridModel
import GridSession

/// `gridcall top`: the broker's figures live on a full screen, or page after page for a log.
package struct TopCommand: ClientCommand {
    /// What can be chosen.
    package struct Options: Sendable {
        /// Milliseconds between two looks.
        package var interval: Int64
        /// Plain text on standard output instead of a screen.
        package var isBatch: Bool
        /// How many pages of plain text; `nil` for no end.
        package var count: Int?
        /// Only departments and campaigns with this in their name or id.
        package var filter: String

        /// A screen, or plain text with `isBatch` or a `count`.
        package init(interval: Int64, isBatch: Bool, count: Int?, filter: String) {
            self.interval = interval
            self.isBatch = isBatch || count != nil
            self.count = count
            self.filter = filter
        }
    }

    /// The width of plain text unless `COLUMNS` says otherwise: all columns of most streets.
    private static let plainWidth = 240

    private let options: Options
    private let environment: [String: String]

    /// A look at the broker with `options`, under the environment of the process.
    package init(_ options: Options, environment: [String: String]) {
        self.options = options
        self.environment = environment
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        if options.isBatch { return try runBatch(in: session) }
        guard let device = try TerminalDevice(environment: environment) else {
            throw .badInput(
                reason: Phrase(
                    chinese: "top 需要能移动光标的终端；输出到文件或管道请用 top --batch 或 stats",
                    english: "top needs a terminal that can move its cursor; "
                        + "for a file or a pipe use top --batch, or stats"))
        }
        var screen = TopScreen(
            device, model(in: session), inColour: environment["NO_COLOR"]?.isEmpty ?? true)
        screen.run(over: session.link)
        return .done
    }

    private func model(in session: ClientSession) -> TopModel {
        TopModel(
            endpoint: session.endpoint, language: session.language, interval: options.interval,
            filter: options.filter, now: session.link.now)
    }

    private func runBatch(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var model = model(in: session)
        let width = environment["COLUMNS"].flatMap { Int($0) } ?? Self.plainWidth
        model.resize(columns: max(20, min(10_000, width)), rows: 1)
        var pages = 0
        while true {
            guard case .stats(let stats) = try session.client.query(.stats(.init())) else {
                throw .unexpectedAnswer
            }
            if let welcome = session.client.welcome {
                model.apply(.connected(welcome), now: session.client.now)
            }
            model.show(stats, now: session.client.now)
            session.console.write((pages > 0 ? "\n" : "") + model.page(now: session.client.now))
            pages += 1
            if let count = options.count, pages >= count { return .done }
            try session.client.pause(milliseconds: options.interval)
        }
    }
}
