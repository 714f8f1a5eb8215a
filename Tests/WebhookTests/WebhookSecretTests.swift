import Foundation
import Testing

@testable import Webhook

@Suite("WebhookSecret and its signatures")
final class WebhookSecretTests {
    private let folder = NSTemporaryDirectory() + "gridcall-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func file(
        _ text: String, mode: mode_t = 0o600, name: String = "secret"
    ) throws -> String {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        chmod(path, mode)
        return path
    }

    private func signature(_ secret: WebhookSecret) -> String {
        WebhookSignature.value(secret, timestamp: "1767600000", body: Array(#"{"call":"x"}"#.utf8))
    }

    @Test("a signature is what another implementation of HMAC-SHA256 makes")
    func vector() {
        // printf '1767600000.{"call":"x"}' | openssl dgst -sha256 -hmac 0123456789abcdef
        #expect(
            signature(WebhookSecret(bytes: Array("0123456789abcdef".utf8)))
                == "v1=09f14021b01a7d19a32ddda8f6c7f4ca74a26a360d5a0143287dcad3dcb833fb")
    }

    @Test("a file holds the secret, with or without the end of its line")
    func lineEnd() throws {
        let secret = WebhookSecret(bytes: Array("0123456789abcdef".utf8))
        for text in ["0123456789abcdef", "0123456789abcdef\n"] {
            let read = try WebhookSecret(file: file(text), environment: [:])
            #expect(signature(read) == signature(secret))
        }
        let spaced = try WebhookSecret(file: file("0123456789abcdef "), environment: [:])
        #expect(signature(spaced) != signature(secret))
    }

    @Test(
        "a file that others may read or write is refused",
        arguments: [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o601] as [mode_t])
    func modes(mode: mode_t) throws {
        let path = try file("0123456789abcdef", mode: mode)
        let problem = #expect(throws: WebhookProblem.self) {
            _ = try WebhookSecret(file: path, environment: [:])
        }
        #expect(problem?.description == "\(path) may be read by others: chmod 600 it")
    }

    @Test("its length is 16 to 4096 bytes", arguments: [0, 15, 16, 4_096, 4_097, 9_000])
    func lengths(count: Int) throws {
        let path = try file(String(repeating: "x", count: count) + "\n")
        let secret = try? WebhookSecret(file: path, environment: [:])
        #expect((secret != nil) == (16...4_096).contains(count))
    }

    @Test("what is no file is refused at once")
    func noFile() throws {
        let pipe = folder + "/pipe"
        mkfifo(pipe, 0o600)
        for path in [folder, pipe, folder + "/missing", "/dev/zero"] {
            #expect(throws: WebhookProblem.self) {
                _ = try WebhookSecret(file: path, environment: [:])
            }
        }
    }

    @Test("without a file it is the service manager's credential; a file comes first")
    func credential() throws {
        let environment = ["CREDENTIALS_DIRECTORY": folder]
        _ = try file("fedcba9876543210", mode: 0o440, name: WebhookSecret.credential)
        let credential = try WebhookSecret(file: nil, environment: environment)
        #expect(
            signature(credential)
                == signature(WebhookSecret(bytes: Array("fedcba9876543210".utf8))))
        let other = try WebhookSecret(file: file("0123456789abcdef"), environment: environment)
        #expect(signature(other) != signature(credential))
    }

    @Test("there is no webhook without a secret")
    func none() {
        #expect(throws: WebhookProblem.self) {
            _ = try WebhookSecret(file: nil, environment: ["SECRET": "0123456789abcdef"])
        }
    }
}
