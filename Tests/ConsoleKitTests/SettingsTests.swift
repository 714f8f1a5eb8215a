import ClientKit
import ConsoleKit
import Testing

/// Where a console's settings come from.
@Suite struct ConsoleSettingsTests {
    @Test("a file says everything, and options stand above it")
    func file() throws {
        let file = try ConsoleSettings(
            yaml: """
                listen: 0.0.0.0:8570
                brokers:
                  - endpoint: tcp://10.0.0.1:5570
                    key: console.key_secret
                    server_key: a.key
                  - endpoint: tcp://10.0.0.2:5570
                identity_header: X-User
                allow: [anna, ben]
                trusted_proxy: 10.0.0.9
                """)
        #expect(file.brokers.count == 2 && file.brokers[0].serverKey == "a.key")
        #expect(file.allow == ["anna", "ben"] && file.trustedProxies == ["10.0.0.9"])
        var options = ConsoleSettings()
        options.listen = "127.0.0.1:1"
        let all = options.over(file)
        #expect(all.listen == "127.0.0.1:1" && all.brokers == file.brokers)
        #expect(try !file.rules(credentials: nil).address.isLoopback)
        #expect(try ConsoleSettings(yaml: "# nothing\n") == ConsoleSettings())
    }

    @Test("mistakes of a file are told with their lines")
    func mistakes() {
        let mistakes = #expect(throws: ConfigurationMistakes.self) {
            try ConsoleSettings(yaml: "listn: x\nbrokers:\n  - endpiont: y\n")
        }
        #expect(mistakes?.list.map(\.line) == [1, 3, 3])
    }

    @Test("server keys are given once, or once for each broker")
    func serverKeys() throws {
        let one = try ConsoleSettings.brokers(
            endpoints: ["a", "b"], key: "k", serverKeys: ["s"])
        #expect(one.map(\.serverKey) == ["s", "s"])
        let each = try ConsoleSettings.brokers(
            endpoints: ["a", "b"], key: "k", serverKeys: ["s", "t"])
        #expect(each.map(\.serverKey) == ["s", "t"])
        #expect(throws: ConsoleSettings.Mistake.self) {
            try ConsoleSettings.brokers(
                endpoints: ["a", "b", "c"], key: "k", serverKeys: ["s", "t"])
        }
    }

    @Test("users or proxies without the header are a mistake, not a protection")
    func halfIdentity() {
        var settings = ConsoleSettings()
        settings.allow = ["anna"]
        #expect(throws: ConsoleSettings.Mistake.self) { try settings.rules(credentials: nil) }
        settings = ConsoleSettings()
        settings.listen = "0.0.0.0:80"
        #expect(throws: ConsoleSettings.Mistake.self) { try settings.rules(credentials: nil) }
    }
}
