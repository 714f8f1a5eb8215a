import GridCodec
import GridModel

/// Lists what a department has to do, the nearest deadline first.
package struct TaskListCommand: ClientCommand {
    /// More calls than this are not looked through.
    private static let most = 20_000

    private let department: String
    private let overdueOnly: Bool
    private let limit: Int
    private let format: OutputFormat

    /// At most `limit` calls with open parts of `department`, by id or name; empty: the only one of
    /// the key.
    package init(
        department: String, overdueOnly: Bool, limit: Int = ListCommand.defaultLimit,
        format: OutputFormat
    ) {
        self.department = department
        self.overdueOnly = overdueOnly
        self.limit = limit
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var query = WireTasksQuery()
        query.department = try session.id(.department, named: department)
        query.overdueOnly = overdueOnly
        // The broker's pages go by filing: only all of them together say what is due first.
        var reply = WireListReply()
        repeat {
            guard case .list(let page) = try session.client.query(.tasks(query)) else {
                throw .unexpectedAnswer
            }
            reply.calls += page.calls
            query.page = page.nextPage
        } while !query.page.isEmpty && reply.calls.count < Self.most
        let count = reply.calls.count
        reply.calls = Array(reply.calls.sortedByDeadline.prefix(limit))
        let output = TaskListOutput(
            reply, format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        if count > limit {
            session.console.note(
                session.language(
                    chinese: "gridcall: 共 \(count) 件，仅列出时限最近的 \(limit) 件；--limit 可多列\n",
                    english: "gridcall: the \(limit) of \(count) calls that are due first; --limit "
                        + "lists more\n"))
        }
        return .done
    }
}

extension [WireCallView] {
    /// The nearest deadline of any of the parts first; what has none last, in the order given.
    fileprivate var sortedByDeadline: [WireCallView] {
        enumerated().map { (due: $1.nearestDeadline, position: $0, call: $1) }
            .sorted { ($0.due, $0.position) < ($1.due, $1.position) }.map(\.call)
    }
}

extension WireCallView {
    fileprivate var nearestDeadline: Int64 {
        let clocks = parts.flatMap(\.clocks).filter { $0.state == .running }.map(\.dueAt)
        // Brokers that tell of no clocks tell at least when the disposal is due.
        let dues = clocks.isEmpty ? parts.map(\.resolveDue) : clocks
        return dues.filter { $0 > 0 }.min() ?? .max
    }
}
