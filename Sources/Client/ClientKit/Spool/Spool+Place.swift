import Glibc

extension Spool {
    /// The environment variable that names the directory that holds spools.
    package static let variable = "GRIDCALL_SPOOL"

    /// The spool of this terminal for the broker at `endpoint`; nothing is read or made yet.
    ///
    /// Spools lie in `directory`, else in that of `GRIDCALL_SPOOL`, else beside what the terminal
    /// remembers.
    package init(
        ofBroker endpoint: String, in directory: String?, environment: [String: String]
    ) {
        let named = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
        let base = directory ?? named ?? TerminalState.directory(environment: environment)
        let absolute = base.hasPrefix("/") ? base : "\(Self.workingDirectory)/\(base)"
        self.init(directory: "\(absolute)/\(TerminalState.key(ofEndpoint: endpoint))")
    }

    private static var workingDirectory: String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&path, path.count) != nil else { return "" }
        return String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
