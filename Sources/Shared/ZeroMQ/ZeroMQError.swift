internal import CZeroMQ

/// A call of libzmq or of the system that failed.
package struct ZeroMQError: Error, Hashable, Sendable {
    /// The call that failed, as in the manual: `zmq_bind`.
    package let call: String
    /// The error number it left, in the numbers of `errno.h` or `zmq.h`.
    package let code: Int32
    /// What it was called with, for people; empty if that says nothing.
    package let detail: String

    /// An error from its parts.
    package init(call: String, code: Int32, detail: String = "") {
        self.call = call
        self.code = code
        self.detail = detail
    }

    /// The error of the call that has just failed in this thread.
    static func last(_ call: String, detail: String = "") -> ZeroMQError {
        ZeroMQError(call: call, code: zmq_errno(), detail: detail)
    }
}

extension ZeroMQError: CustomStringConvertible {
    /// `zmq_bind tcp://*:1: Permission denied (13)`.
    package var description: String {
        let subject = detail.isEmpty ? call : "\(call) \(detail)"
        return "\(subject): \(String(cString: zmq_strerror(code))) (\(code))"
    }
}
