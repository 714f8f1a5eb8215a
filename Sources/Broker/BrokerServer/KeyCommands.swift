import Access
import Foundation
import GridModel
import ZeroMQ

/// The executable's subcommands about keys.
package enum KeyCommands {
    /// Makes `NAME.key` and `NAME.key_secret`. Throws `ExitReason`.
    package static func generate(name: String) throws(ExitReason) {
        do throws(CurveCertificate.Failure) {
            let keys = try CurveCertificate.generate(name: name)
            print("\(keys.publicKey)")
        } catch {
            throw ExitReason(.input, error.description)
        }
    }

    /// What `authorize` is told of a key.
    package struct Request {
        package var key: String
        package var role: String
        package var name: String
        package var departments: String?
        package var grids: String?
        package var expires: String?

        /// A request from the command line's words.
        package init(
            key: String, role: String, name: String, departments: String?, grids: String?,
            expires: String?
        ) {
            self.key = key
            self.role = role
            self.name = name
            self.departments = departments
            self.grids = grids
            self.expires = expires
        }

        fileprivate func line(_ key: CurvePublicKey) -> String {
            var words = [key.text, "role=\(role)", "name=\(name)"]
            if let departments { words.append("departments=\(departments)") }
            if let grids { words.append("grids=\(grids)") }
            if let expires { words.append("expires=\(expires)") }
            return words.joined(separator: " ")
        }
    }

    /// Adds a key to the file. Throws `ExitReason`.
    package static func authorize(_ request: Request, file: String) throws(ExitReason) {
        let key: CurvePublicKey
        do { key = try CurveCertificate.publicKey(fileOrText: request.key) } catch {
            throw ExitReason(.usage, error.description)
        }
        try changing(file) { keys in
            let authorized = try AuthorizedKey(line: request.line(key))
            try keys.add(authorized)
            print(authorized.line)
        }
        remindOfReload()
    }

    /// Removes a key, by name or key, from the file. Throws `ExitReason`.
    package static func revoke(_ nameOrKey: String, file: String) throws(ExitReason) {
        try changing(file) { keys in
            guard let gone = keys.remove(nameOrKey) else {
                throw ExitReason(.refused, "\(file) has no key named \(nameOrKey)")
            }
            print("revoked: \(gone.line)")
        }
        remindOfReload()
    }

    /// Prints the keys of the file. Throws `ExitReason`.
    package static func list(file: String) throws(ExitReason) {
        do throws(AuthorizedKeysFile.Unusable) {
            for key in try AuthorizedKeysFile(file).read().keys { print(key.line) }
        } catch {
            throw ExitReason(.configuration, error.description)
        }
    }

    /// Prints the table of roles.
    package static func printRoles() {
        print(RoleTable.markdown, terminator: "")
        print("\(RoleTable.cellCount) cells")
    }

    private static func changing(
        _ file: String, _ change: (inout AuthorizedKeys) throws -> Void
    ) throws(ExitReason) {
        do {
            try AuthorizedKeysFile(file).change(change)
        } catch let reason as ExitReason {
            throw reason
        } catch let mistake as KeyLineMistake {
            throw ExitReason(.usage, mistake.reason)
        } catch {
            throw ExitReason(.configuration, "\(error)")
        }
    }

    private static func remindOfReload() {
        FileHandle.standardError.write(
            Data("in force once the broker reloads: systemctl reload gridcall-broker\n".utf8))
    }
}
