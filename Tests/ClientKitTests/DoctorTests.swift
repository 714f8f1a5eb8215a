import ClientKit
import Foundation
import GridCodec
import GridModel
import Testing

@Suite struct DoctorTests {
    private let directory = NSTemporaryDirectory() + "doctor-" + UUID().uuidString

    private func doctor(
        _ settings: Result<Settings, ClientFailure> = .success(Settings()),
        language: String = "zh_CN.UTF-8"
    ) -> Doctor {
        Doctor(
            settings: settings, endpoint: "tcp://test:1",
            environment: ["XDG_STATE_HOME": directory, "LANG": language, "HOME": directory])
    }

    private func level(_ check: String, in findings: [Finding]) -> Finding.Level? {
        findings.first { $0.check == check }?.level
    }

    @Test("a fresh machine is in order")
    func fresh() {
        let findings = doctor().local
        #expect(findings.map(\.check) == ["configuration", "locale", "state"])
        #expect(findings.allSatisfy { $0.level == .ok && $0.advice == nil })
        #expect(Doctor.status(of: findings) == .done)
    }

    @Test("a wrong configuration fails with its lines and its exit code")
    func configuration() {
        let failure = ClientFailure.configuration(lines: [Phrase(verbatim: "config.yaml:3: x")])
        let findings = doctor(.failure(failure)).local
        #expect(findings[0].level == .fail)
        #expect(findings[0].text(in: .chinese, .plain).contains("config.yaml:3"))
        #expect(Doctor.status(of: findings) == .configuration)
    }

    @Test("a locale without UTF-8 is a warning", arguments: ["C", "zh_CN.GB18030", ""])
    func locale(language: String) {
        #expect(level("locale", in: doctor(language: language).local) == .warn)
        #expect(level("locale", in: doctor(language: "en_GB.utf8").local) == .ok)
    }

    @Test("a state directory that others can enter is told with the command that helps")
    func openState() throws {
        let state = directory + "/gridcall"
        try FileManager.default.createDirectory(
            atPath: state, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: state)
        let open = doctor().local.first { $0.check == "state" }
        #expect(open?.level == .warn && open?.advice?.english == "chmod 700 \(state)")
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: state)
        #expect(level("state", in: doctor().local) == .ok)
    }

    @Test("calls that wait and calls that were refused are counted where the spool keeps them")
    func storedCalls() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let spool = Spool(
            ofBroker: "tcp://test:1", in: nil, environment: ["XDG_STATE_HOME": directory])
        #expect(level("spool", in: doctor().local) == nil)
        try spool.store([spoolRecord(1), spoolRecord(2)])
        let refusal = SpoolRecord.Refusal(code: 404, field: "grid", reason: "no such grid")
        try spool.reject([spoolRecord(3).refused(refusal)])
        let finding = try #require(doctor().local.first { $0.check == "spool" })
        #expect(finding.level == .warn)
        #expect(finding.detail.english == "2 calls wait to be sent, 1 were refused")
        #expect(finding.detail.chinese == "2 件待发送，1 件被拒绝")
    }

    @Test("a spool that cannot be read is a failure")
    func unreadableSpool() throws {
        let spool = Spool(
            ofBroker: "tcp://test:1", in: nil, environment: ["XDG_STATE_HOME": directory])
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(
            atPath: spool.directory, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: spool.directory + "/pending", contents: Data())
        let findings = doctor().local
        #expect(level("spool", in: findings) == .fail)
        #expect(Doctor.status(of: findings) == .inputOutput)
    }

    @Test(
        "a clock 30 seconds off is a warning, one less is not",
        arguments: [(0, .ok), (29, .ok), (-29, .ok), (30, .warn), (-3_600, .warn)]
            as [(Int64, Finding.Level)])
    func clock(seconds: Int64, level: Finding.Level) {
        let broker = FakeBroker()
        broker.welcome.serverTime = 1_795_425_508_250
        let now = Timestamp(milliseconds: broker.welcome.serverTime + seconds * 1_000)
        let findings = doctor().remote(over: broker, timeout: 1, now: { now })
        #expect(self.level("clock", in: findings) == level)
        #expect(self.level("broker", in: findings) == .ok)
    }

    @Test("a broker that does not answer fails as a command would")
    func nobody() {
        let broker = FakeBroker()
        broker.isThere = false
        let findings = doctor().remote(over: broker, timeout: 1, now: { .zero })
        #expect(findings.map(\.level) == [.fail])
        #expect(Doctor.status(of: findings) == .unavailable)
    }

    @Test("a zone this machine lacks is a warning")
    func zone() {
        let broker = FakeBroker()
        broker.catalogue.zone = "Moon/Crater"
        let findings = doctor().remote(over: broker, timeout: 1, now: { .now })
        #expect(level("zone", in: findings) == .warn)
    }
}
