import Glibc
import Logging
import ServiceNotify
import Testing

struct LogLineTests {
    @Test("values follow the message in the order of their keys")
    func order() {
        let text = LogLine.text("serving", ["b": "2", "a": "tcp://127.0.0.1:5570"])
        #expect(text == "serving a=tcp://127.0.0.1:5570 b=2")
    }

    @Test(
        "a value that could be misread is quoted",
        arguments: [
            ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
            ("say \"no\"", "\"say \\\"no\\\"\""), ("路边垃圾", "路边垃圾"), ("C:\\x", "C:\\\\x"),
        ])
    func quotes(value: String, shown: String) {
        #expect(LogLine.text("m", ["key": value]) == "m key=\(shown)")
    }

    @Test("nothing from outside begins a line or steers a terminal")
    func escapes() {
        #expect(LogLine.text("a\nb", ["k": "\u{1B}[2J\r"]) == "a\\nb k=\\u{1B}[2J\\u{D}")
        #expect(LogLine.text("m", ["k": "\u{202E}x"]) == "m k=\\u{202E}x")
    }

    @Test("of all characters, no control, separator or mark of direction reaches the log")
    func everyScalar() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let category = scalar.properties.generalCategory
            let acts =
                [.control, .lineSeparator, .paragraphSeparator].contains(category)
                || scalar.properties.isBidiControl
            guard acts else { continue }
            let line = LogLine.text("a\(scalar)b", ["key": "c\(scalar)d"])
            if !line.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) {
                Issue.record("U+\(String(value, radix: 16)) is not escaped")
            }
        }
    }

    @Test("times are RFC 3339 in UTC with milliseconds")
    func time() {
        #expect(LogLine.time(timespec(tv_sec: 0, tv_nsec: 0)) == "1970-01-01T00:00:00.000Z")
        let leap = timespec(tv_sec: 1_709_164_799, tv_nsec: 999_999_999)
        #expect(LogLine.time(leap) == "2024-02-28T23:59:59.999Z")
    }
}
