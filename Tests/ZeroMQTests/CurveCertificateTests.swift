import Foundation
import Testing

@testable import ZeroMQ

@Suite("CurveCertificate")
struct CurveCertificateTests {
    private let directory: String
    private let file: String
    private let keys: CurveKeyPair

    init() throws {
        directory =
            FileManager.default.temporaryDirectory.path + "/gridcall-certificate-"
            + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        try #require(mkdir(directory, 0o700) == 0)
        keys = try CurveCertificate.generate(name: directory + "/peer")
        file = directory + "/peer.key_secret"
    }

    @Test("a certificate whose lines end as on Windows is the same")
    func carriageReturns() throws {
        let text = CurveCertificate.secretText(keys)
        let windows = text.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\r\n")
        #expect(try CurveCertificate(text: windows).keys?.secretText == keys.secretText)
    }

    private func secret(_ file: String, trusted: String? = nil) -> CurveKeyPair? {
        try? CurveCertificate.secret(file: file, trusted: trusted)
    }

    @Test(
        "a secret is read from a file that only its owner can read, not from any other",
        arguments: [
            (0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false),
            (0o601, false),
        ])
    func modes(mode: mode_t, isRead: Bool) {
        chmod(file, mode)
        #expect((secret(file)?.secretText == keys.secretText) == isRead)
        #expect((secret(file) == nil) == !isRead)
        try? FileManager.default.removeItem(atPath: directory)
    }

    @Test("a directory of credentials is believed for the files in it and no others")
    func credentials() throws {
        let inner = directory + "/inner"
        #expect(mkdir(inner, 0o700) == 0)
        chmod(file, 0o440)
        #expect(secret(file) == nil)
        #expect(secret(file, trusted: directory)?.secretText == keys.secretText)
        for trusted in [inner, "", "/", String(directory.dropLast()), "peer"] {
            #expect(secret(file, trusted: trusted) == nil, "\(trusted)")
        }
        #expect(secret(inner + "/../peer.key_secret", trusted: inner) == nil)
        try? FileManager.default.removeItem(atPath: directory)
    }

    @Test("what is no file, holds no secret, or is there already is refused at once")
    func others() throws {
        let pipe = directory + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, directory, directory + "/nothing", directory + "/peer.key"] {
            chmod(path, path == directory ? 0o700 : 0o600)
            #expect(secret(path) == nil, "\(path)")
        }
        #expect(throws: CurveCertificate.Failure.self) {
            try CurveCertificate.generate(name: directory + "/peer")
        }
        #expect(secret(file)?.secretText == keys.secretText)
        try? FileManager.default.removeItem(atPath: directory)
    }
}
