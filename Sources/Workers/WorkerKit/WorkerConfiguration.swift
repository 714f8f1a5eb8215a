package import GridModel
package import ZeroMQ

/// Who a worker is and how it takes its work.
package struct WorkerConfiguration: Sendable {
    /// The broker's endpoint: `tcp://127.0.0.1:5570`, `ipc:///run/gridcall.sock`.
    package var endpoint: String
    /// The department's id in the catalogue.
    package var department: String
    /// The worker's name for people; the host's, unless another is given.
    package var name: String
    /// The only grids it serves; empty for all.
    package var grids: [String] = []
    /// The only categories it serves; empty for all.
    package var categories: [String] = []
    /// The worker's keys and the broker's public key; `nil` for an endpoint without keys.
    package var curve: (keys: CurveKeyPair, server: CurvePublicKey)?
    /// How it takes its work.
    package var settings: WorkerMachine.Settings
    /// The session's times until the broker announces its own.
    package var times = SessionTimes()

    /// Assignments a worker can hold at once, at most.
    package static let maximumCredit = ProtocolLimits().credit

    /// The worker's version.
    package static let version = "0.1.0"

    /// What brokers and servers are told the worker is.
    package static let software = "gridcall-worker/\(version)"

    /// A configuration; filters are set afterwards.
    package init(
        endpoint: String, department: String, name: String, settings: WorkerMachine.Settings
    ) {
        self.endpoint = endpoint
        self.department = department
        self.name = name
        self.settings = settings
    }
}
