import Crypto
import Foundation

/// How a request proves who sent it, and when.
enum WebhookSignature {
    /// The name of the header with the time, seconds since 1970.
    static let timestampHeader = "GridCall-Timestamp"
    /// The name of the header with the signature.
    static let header = "GridCall-Signature"

    /// `v1=` and the HMAC-SHA256 (RFC 2104) of the timestamp's text, a full stop and the body, in
    /// hexadecimal.
    static func value(_ secret: WebhookSecret, timestamp: String, body: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: secret.key)
        code.update(data: Array((timestamp + ".").utf8))
        code.update(data: body)
        return "v1=" + hexadecimal(code.finalize())
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
