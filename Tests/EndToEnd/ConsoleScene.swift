import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport

/// A console in front of a street's broker, and a browser that follows nothing by itself.
final class ConsoleScene {
    /// What came back.
    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let body: String
    }

    let program: Program
    /// Where it serves, without a path.
    let address: String
    private let client = HTTPClient(
        configuration: .init(redirectConfiguration: .disallow))

    /// Starts a console and waits until it serves.
    init(
        _ street: Street, _ arguments: [String] = [], environment: [String: String] = [:]
    ) async throws {
        let program = try street.start(
            "\(Places.executables)/gridcall-console",
            ["--listen", "127.0.0.1:0"] + arguments, name: "console", environment: environment)
        self.program = program
        address = try await eventually("the console serves", explain: { program.errors }) {
            program.errors.firstMatch(of: #/serving address=(\S+)/#).map { String($0.output.1) }
        }
    }

    deinit { try? client.syncShutdown() }

    /// Asks for a path.
    func get(
        _ path: String, _ headers: [String: String] = ["accept": "text/html"],
        method: HTTPMethod = .GET, form: String? = nil
    ) async throws -> Answer {
        let response = try await send(path, headers, method: method, form: form)
        let body = try await response.body.collect(upTo: 1 << 24)
        return Answer(
            status: Int(response.status.code), headers: response.headers,
            body: String(buffer: body))
    }

    /// Listens to events until `holds` says that they are what was waited for; returns all of them.
    func events(
        _ path: String, after begun: () async throws -> Void = {},
        until holds: (String) -> Bool
    ) async throws -> String {
        let response = try await send(path, ["accept": "text/event-stream"])
        guard response.status == .ok else { throw TestFailure("\(response.status)") }
        var text = ""
        var hasBegun = false
        for try await piece in response.body {
            text += String(buffer: piece)
            if !hasBegun, text.contains("event: fragments") {
                hasBegun = true
                try await begun()
            }
            if hasBegun, holds(text) { return text }
        }
        throw TestFailure("the stream ended: \(text)")
    }

    /// Waits until a page says something.
    func until(_ path: String, says text: String, within limit: Duration = .seconds(30))
        async throws
    {
        let program = program
        _ = try await eventually(
            "\(path) says \(text)", within: limit, every: .milliseconds(50),
            explain: { program.errors }
        ) { try await self.get(path).body.contains(text) ? true : nil }
    }

    private func send(
        _ path: String, _ headers: [String: String], method: HTTPMethod = .GET,
        form: String? = nil
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address + path)
        request.method = method
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let form {
            request.headers.replaceOrAdd(
                name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: form))
        }
        return try await client.execute(request, timeout: .seconds(60))
    }
}

extension ConsoleScene.Answer {
    /// The number that a row of `department` shows.
    func number(_ name: String, ofDepartment department: String) -> String? {
        guard let row = body.firstRange(of: "data-department=\"\(department)\"") else {
            return nil
        }
        let rest = body[row.upperBound...].prefix { $0 != "\n" }
        guard let cell = rest.firstRange(of: "data-number=\"\(name)\">") else { return nil }
        return String(rest[cell.upperBound...].prefix { $0 != "<" })
    }
}
