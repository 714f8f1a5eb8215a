import Testing
import Webhook

@Suite("WebhookAddress")
struct WebhookAddressTests {
    @Test(
        "https goes anywhere, http to this machine",
        arguments: [
            "https://city.example/calls", "https://10.1.2.3:8443/a?b=c", "HTTPS://city.example",
            "http://127.0.0.1:8080/", "http://127.9.9.9", "http://localhost:80/x", "http://[::1]/",
        ])
    func good(text: String) throws {
        #expect(try WebhookAddress(text).text == text)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "city.example", "/calls", "ftp://city.example/", "http+unix://%2Frun%2Fx/",
            "http://city.example/", "http://10.1.2.3/", "http://127.0.0.1.city.example/",
            "http://localhost.city.example/", "http://127.1@city.example/", "http://[::2]/",
            "https://user@city.example/", "https://user:word@city.example/", "https:///calls",
            "https://city.example/#part", "https://city.example/a b", "https://城市.example/",
            "https://city.example/\r\nX: y", "http://2130706433/", "http://0x7f.1/",
        ])
    func bad(text: String) {
        #expect(throws: WebhookProblem.self) { _ = try WebhookAddress(text) }
    }
}
