import GridCodec
import GridModel

/// The variables a command gets: a list of what may pass, not of what may not.
///
/// So what a service manager or an operator gave the worker alone (`NOTIFY_SOCKET`,
/// `CREDENTIALS_DIRECTORY`, keys, passwords) ends with the worker, also what is invented later.
struct CommandEnvironment: Sendable {
    /// What programs need to find others, to write texts and to tell the time.
    private static let names: Set = ["PATH", "HOME", "LANG", "LANGUAGE", "TZ"]

    private let inherited: [String: String]

    /// The variables of `environment` that every command gets: the usual ones and `passing`.
    init(of environment: [String: String], passing names: Set<String> = []) {
        inherited = environment.filter { name, _ in
            Self.names.contains(name) || name.hasPrefix("LC_") || names.contains(name)
        }
    }

    /// The variables of one run.
    func variables(of item: WireAssignItem, temporaryDirectory: String) -> [String: String] {
        var variables = inherited
        variables["TMPDIR"] = temporaryDirectory
        variables["GRIDCALL_CALL"] = UniqueID(bytes: item.call)?.description
        variables["GRIDCALL_CASE_NUMBER"] = item.caseNumber
        variables["GRIDCALL_ATTEMPT"] = String(item.claim.attempt)
        return variables
    }
}
