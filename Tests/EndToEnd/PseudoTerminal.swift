import Foundation
import TestSupport

/// A program of a street on a pseudo-terminal, with what a person would see of it.
///
/// `python/terminal.py` keeps the terminal and interprets what is written; one test owns it.
final class PseudoTerminal {
    /// What stands on the screen, cell by cell.
    struct Screen: Decodable, Sendable {
        let columns, rows: Int
        /// The character of each cell; the second cell of a wide one is empty.
        let cells: [[String]]
        let isAlternate, cursorIsHidden: Bool
        /// Whether the terminal's settings are as before the program began.
        let isCooked: Bool
        let wraps: Bool
        /// Every colour but the default.
        let colours: [String]
        let bells: Int
        /// The exit code; negative for a signal; `nil` while the program runs.
        let end: Int?

        /// The lines without the spaces at their ends.
        var lines: [String] {
            cells.map { cells in
                var line = cells.joined()
                while line.last == " " { line.removeLast() }
                return line
            }
        }

        var text: String { lines.joined(separator: "\n") }

        /// The number of the line that holds `text`.
        func row(of text: String) -> Int? { lines.firstIndex { $0.contains(text) } }

        /// The cells of `row` that show `text`.
        func range(of text: String, inRow row: Int) -> Range<Int>? {
            for start in 0..<columns where !cells[row][start].isEmpty {
                var end = start
                var seen = ""
                while end < columns, seen.count < text.count {
                    seen += cells[row][end]
                    end += 1
                }
                // The second cell of a wide character at the end.
                while end < columns, cells[row][end].isEmpty { end += 1 }
                if seen == text { return start..<end }
            }
            return nil
        }

        /// What stands in the cells, without spaces around.
        func text(row: Int, _ range: Range<Int>) -> String {
            cells[row][range].joined().trimmingCharacters(in: .whitespaces)
        }
    }

    /// Where the packages of `prepare.sh` are.
    static let python = Places.root + "/.build/python/bin/python"
    static let isPrepared = FileManager.default.isExecutableFile(atPath: python)

    private let helper: Program
    private let descriptor: Int32
    private var unread = Data()

    /// Starts `command` in the environment of `street` on a terminal of that size.
    init(
        _ street: Street, _ command: [String], columns: Int = 80, rows: Int = 24,
        environment: [String: String] = [:]
    ) async throws {
        let path = "\(street.directory)/pty-\(UInt32.random(in: 0...UInt32.max))"
        let variables = ["TERM": "xterm-256color", "PYTHONDONTWRITEBYTECODE": "1"]
        let helper = try street.start(
            Self.python,
            [Places.root + "/Tests/EndToEnd/python/terminal.py", path, "\(columns)", "\(rows)"]
                + command, name: "terminal", environment: variables.merging(environment) { $1 })
        self.helper = helper
        descriptor = try await eventually("the terminal", explain: { helper.errors }) {
            Self.connect(path)
        }
    }

    /// `gridcall` with arguments in a language.
    convenience init(
        _ street: Street, gridcall arguments: [String], language: String = "en",
        columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]
    ) async throws {
        try await self.init(
            street, [Places.executables + "/gridcall"] + arguments, columns: columns, rows: rows,
            environment: environment.merging(["GRIDCALL_LANG": language]) { $1 })
    }

    deinit { close(descriptor) }

    /// What stands there now.
    func screen() throws -> Screen { try request([:]) }

    /// Presses keys.
    @discardableResult
    func type(_ text: String) throws -> Screen { try request(["type": text]) }

    /// Changes the size.
    func resize(columns: Int, rows: Int) throws {
        _ = try request(["columns": columns, "rows": rows])
    }

    /// Sends a signal to the program.
    func send(_ signal: Int32) throws { _ = try request(["signal": Int(signal)]) }

    /// Waits until something holds for the screen.
    @discardableResult
    func until(
        _ what: String, within limit: Duration = .seconds(30), _ holds: (Screen) throws -> Bool
    ) async throws -> Screen {
        var last: Screen?
        return try await eventually(
            what, within: limit,
            explain: { "\(last.map { "\($0)\n\($0.text)" } ?? "")\n\(self.helper.errors)" }
        ) {
            let screen = try self.screen()
            last = screen
            return try holds(screen) ? screen : nil
        }
    }

    /// Waits until the screen shows a text.
    @discardableResult
    func until(shows text: String) async throws -> Screen {
        try await until("the screen shows \(text)") { $0.text.contains(text) }
    }

    /// Waits for the end of the program.
    func end() async throws -> Screen { try await until("the end") { $0.end != nil } }

    private func request(_ request: [String: Any]) throws -> Screen {
        var line = try JSONSerialization.data(withJSONObject: request) + Data([0x0A])
        while !line.isEmpty {
            let count = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestFailure("terminal.py is gone: \(helper.errors)") }
            line = Data(line.dropFirst(count))
        }
        return try JSONDecoder().decode(Screen.self, from: answer())
    }

    private func answer() throws -> Data {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                defer { unread = Data(unread[unread.index(after: end)...]) }
                return unread[..<end]
            }
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { throw TestFailure("no answer: \(helper.errors)") }
            unread += buffer[..<count]
        }
    }

    private static func connect(_ path: String) -> Int32? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if result == 0 { return descriptor }
        close(descriptor)
        return nil
    }
}
