internal import CZeroMQ

/// A public key of CURVE (Curve25519), 32 bytes.
///
/// Written in Z85, ZeroMQ's base-85: 40 printable characters (<https://rfc.zeromq.org/spec/32/>).
package struct CurvePublicKey: Hashable, Sendable {
    /// Bytes of a key.
    package static let byteCount = 32
    /// Characters of its Z85 form.
    package static let textCount = 40

    /// The key in Z85.
    package let text: String

    /// A key from its Z85 form; `nil` if it is none.
    package init?(text: String) {
        guard Z85.bytes(of: text)?.count == Self.byteCount else { return nil }
        self.text = text
    }

    /// A key from its bytes; `nil` unless there are 32.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount, let text = Z85.text(of: bytes) else { return nil }
        self.text = text
    }
}

extension CurvePublicKey: CustomStringConvertible {
    package var description: String { text }
}

/// A public key and the secret that proves it.
///
/// The secret is never printed: `description` shows the public key alone.
package struct CurveKeyPair: Hashable, Sendable {
    package let publicKey: CurvePublicKey
    /// The secret key in Z85.
    package let secretText: String

    /// A new pair from the system's randomness.
    ///
    /// Errors: `ENOTSUP` if libzmq was built without CURVE.
    package static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var publicText = [CChar](repeating: 0, count: CurvePublicKey.textCount + 1)
        var secretText = publicText
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else {
            throw ZeroMQError.last("zmq_curve_keypair")
        }
        guard let pair = CurveKeyPair(secretText: Z85.string(secretText)) else {
            throw ZeroMQError(call: "zmq_curve_keypair", code: EINVAL)
        }
        return pair
    }

    /// The pair a secret in Z85 belongs to; `nil` if the text is no key.
    package init?(secretText: String) {
        guard Z85.bytes(of: secretText)?.count == CurvePublicKey.byteCount else { return nil }
        var publicText = [CChar](repeating: 0, count: CurvePublicKey.textCount + 1)
        guard zmq_curve_public(&publicText, secretText) == 0,
            let key = CurvePublicKey(text: Z85.string(publicText))
        else { return nil }
        publicKey = key
        self.secretText = secretText
    }
}

extension CurveKeyPair: CustomStringConvertible {
    package var description: String { "key pair of \(publicKey)" }
}

/// ZeroMQ's base-85.
enum Z85 {
    static func bytes(of text: String) -> [UInt8]? {
        guard !text.isEmpty, text.utf8.count % 5 == 0,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: text.utf8.count / 5 * 4)
        guard zmq_z85_decode(&bytes, text) != nil else { return nil }
        return bytes
    }

    static func text(of bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.count % 4 == 0, let start = bytes.baseAddress else { return nil }
        var text = [CChar](repeating: 0, count: bytes.count / 4 * 5 + 1)
        guard
            zmq_z85_encode(&text, start.assumingMemoryBound(to: UInt8.self), bytes.count) != nil
        else { return nil }
        return string(text)
    }

    /// What C wrote before the first zero.
    static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
