import Foundation
import GridCodec
import TestSupport
import Testing

/// What somebody sees who listens on the line between peers and broker.
@Suite(.serialized, .enabled(if: PythonProgram.isPrepared, "run Tests/EndToEnd/prepare.sh first"))
struct CaptureTests {
    private static let description = "A blocked fire exit behind the market, 消防通道被堵"

    @Test(
        "A call's words are on the line without keys, and with keys they are not",
        arguments: [false, true])
    func capture(hasKeys: Bool) async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        var options: [String] = []
        var terminalKeys: PeerKeys?
        var workerKeys: PeerKeys?
        if hasKeys {
            let server = try await street.makeKeys("broker")
            let terminal = try await street.admit("reporter", role: "terminal")
            let worker = try await street.admit("urban", role: "worker", "--departments", "urban")
            options = street.keyed(by: server)
            terminalKeys = try street.keys(terminal, to: server)
            workerKeys = try street.keys(worker, to: server)
        }
        _ = try await street.startBroker(options)
        let line = Street.freeEndpoint()
        let record = street.directory + "/line"
        let proxy = try street.startPython(
            "recording_proxy", [line.port, street.endpoint.port, record])
        try await street.until("the proxy listens") { proxy.output.contains("listening") }

        let terminal = try await WirePeer.terminal(line, keys: terminalKeys)
        let answer = try #require(
            try await terminal.submit([.call(description: Self.description)]).first)
        #expect(answer.isFiled)
        let worker = try await WirePeer.worker(line, department: "urban", keys: workerKeys)
        let assignment = try await worker.assignment()
        #expect(assignment.texts.description_p == Self.description)

        let bytes = try Data(contentsOf: URL(filePath: record))
        #expect(bytes.count > 1_000)
        for words in [Self.description, "urban", "g-1", answer.filed.caseNumber] {
            let place = bytes.range(of: Data(words.utf8))
            #expect((place == nil) == hasKeys, "\(words)")
        }
    }
}

extension String {
    /// The port of `tcp://ADDRESS:PORT`.
    fileprivate var port: String { String(split(separator: ":").last ?? "") }
}
