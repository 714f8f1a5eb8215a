import GridCodec
import GridModel

/// Something a command needs that only the broker knows.
package enum CommandLookup: Hashable, Sendable {
    /// The department that people call so.
    case department(String)

    /// Looks it up and puts it into the command.
    func fill(
        _ prepared: inout PreparedCommand, in session: ClientSession
    ) throws(ClientFailure) {
        switch self {
        case .department(let name):
            prepared.item.set(department: try session.id(.department, named: name))
        }
    }
}

extension WireCommandItem {
    /// Names the department the command is about; nothing happens if it is about none.
    fileprivate mutating func set(department: String) {
        switch command {
        case .redispatch: redispatch.department = department
        case .pauseQueue: pauseQueue.department = department
        case .resumeQueue: resumeQueue.department = department
        case .directWorker: directWorker.department = department
        default: break
        }
    }
}
