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
        case slowreader

        /// What the broker did about it; `nil` where living on is all.
        var expected: String? {
            switch self {
            case .garbage: "answers "
            case .halfopen, .stalled: "closed 200 seconds "
            case .connections: "opened 2000"
            case .sessions: "welcomes 64 codes [408]"
            case .oversized, .multipart, .hellos, .slowreader: nil
            }
        }
    }

    /// Far above what a broker of a small street needs, far below what an attack would cost that
    /// is not bounded.
    private static let mostMebibytes = 768

    @Test(
        "The broker lives on, serves the others and keeps its memory whatever a peer sends",
        arguments: Attack.allCases)
    func attack(_ attack: Attack) async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        let server = try await street.makeKeys("broker")
        let honest = try await street.admit("honest", role: "terminal")
        let hostile = try await street.admit("hostile", role: "terminal")
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
            #expect(try await terminal.submit([.call()]).allSatisfy(\.isFiled))
            served += 1
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(program.end == .exited(0), "\(program.output) \(program.errors)")
        if let expected = attack.expected { #expect(program.output.contains(expected)) }
        #expect(broker.end == nil, "\(broker.errors)")
        #expect(served > 0)
        let memory = try Self.mostResident(broker)
        print("\(attack): served \(served) meanwhile, at most \(memory) MiB; \(program.output)")
        #expect(memory < Self.mostMebibytes)
        // Also whoever comes after it is served.
        terminal = try await WirePeer.terminal(
            street.endpoint, keys: try street.keys(honest, to: server))
        #expect(try await terminal.submit([.call()]).allSatisfy(\.isFiled))
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
