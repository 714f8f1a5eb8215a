import Foundation
import GridCodec
import TestSupport
import Testing

/// A peer with a valid key that means harm, beside one that does not.
@Suite(.serialized, .enabled(if: PythonProgram.isPrepared, "run Tests/EndToEnd/prepare.sh first"))
struct HostilePeerTests {
    /// An attack of hostile.py and what must be in what it says in the end.
    enum Attack: String, CaseIterable {
        case garbage, oversized, multipart, halfopen, stalled, connections, hellos, sessions
        case queryflood, slowreader, slowworker

        /// What the broker did about it; `nil` where living on is all.
        var expected: String? {
            switch self {
            case .garbage: "answers "
            case .halfopen, .stalled: "closed 200 seconds "
            case .connections: "opened 2000"
            case .sessions: "welcomes 64 codes [408]"
            case .queryflood: "409]"
            case .oversized, .multipart, .hellos, .slowreader, .slowworker: nil
            }
        }

        /// MiB above what a broker of a small street needs, and below what the attack would cost
        /// that is not bounded.
        var mostMebibytes: Int { self == .slowworker ? 384 : 768 }

        /// What the attacker's key may be.
        var role: (name: String, options: [String]) {
            self == .slowworker ? ("worker", ["--departments", "urban"]) : ("terminal", [])
        }
    }

    @Test(
        "The broker lives on, serves the others and keeps its memory whatever a peer sends",
        arguments: Attack.allCases)
    func attack(_ attack: Attack) async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        let server = try await street.makeKeys("broker")
        let honest = try await street.admit("honest", role: "terminal")
        let hostile = try await street.makeKeys("hostile")
        try await street.authorize(hostile, "hostile", role: attack.role.name, attack.role.options)
        // A shell's limit of open files, which the broker raises by itself.
        let broker = try await street.startBroker(
            street.keyed(by: server),
            behind: ["/bin/sh", "-c", "ulimit -Sn 1024 && exec \"$0\" \"$@\""])
        var terminal = try await WirePeer.terminal(
            street.endpoint, keys: try street.keys(honest, to: server))
        let program = try street.startPython(
            "hostile",
            [
                attack.rawValue, "--broker", street.endpoint, "--key", hostile.secretFile,
                "--server-key", server.publicFile,
            ])
        var served = 0
        let deadline = ContinuousClock.now + .seconds(120)
        while program.end == nil {
            guard ContinuousClock.now < deadline else { throw TestFailure(program.output) }
            try await Self.expectService(terminal)
            served += 1
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(program.end == .exited(0), "\(program.output) \(program.errors)")
        if let expected = attack.expected { #expect(program.output.contains(expected)) }
        #expect(broker.end == nil, "\(broker.errors)")
        #expect(served > 0)
        let memory = try Self.mostResident(broker)
        print("\(attack): served \(served) meanwhile, at most \(memory) MiB; \(program.output)")
        #expect(memory < attack.mostMebibytes)
        // Also whoever comes after it is served.
        terminal = try await WirePeer.terminal(
            street.endpoint, keys: try street.keys(honest, to: server))
        try await Self.expectService(terminal)
    }

    /// A call is filed, and questions are answered from memory and by the views.
    private static func expectService(_ terminal: WirePeer) async throws {
        let call = WireSubmitItem.call(description: String(repeating: "x", count: 8_000))
        #expect(try await terminal.submit([call]).allSatisfy(\.isFiled))
        #expect(try await terminal.track(call.id)?.id == call.id)
        #expect(try await terminal.ask(.catalogue(WireCatalogueQuery())).catalogue.grids.count > 0)
    }

    /// The most memory a process ever had, in MiB.
    private static func mostResident(_ program: Program) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(program.id)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let words = line?.split(separator: " "), words.count > 1,
            let kibibytes = Int(words[1])
        else { throw TestFailure("no VmHWM: \(status)") }
        return kibibytes / 1_024
    }
}
