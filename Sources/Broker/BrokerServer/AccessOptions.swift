import Access
import ZeroMQ

/// What the command line says of endpoints and keys.
package struct AccessOptions: Sendable {
    /// Endpoints with the broker's key, or without keys if it has none.
    package var bind: [String]
    /// The file of the broker's secret key.
    package var key: String?
    /// Endpoints without keys, on this machine.
    package var bindLocal: [String]
    /// The file of the key the broker had before, and where it is still proved.
    package var formerKey: String?
    package var bindFormer: [String]
    /// The authorised-keys file.
    package var authorizedKeys: String?
    /// What a peer without a key is.
    package var localRole: String

    /// Options from the command line's words.
    package init(
        bind: [String], key: String?, bindLocal: [String], formerKey: String?,
        bindFormer: [String], authorizedKeys: String?, localRole: String
    ) {
        self.bind = bind
        self.key = key
        self.bindLocal = bindLocal
        self.formerKey = formerKey
        self.bindFormer = bindFormer
        self.authorizedKeys = authorizedKeys
        self.localRole = localRole
    }

    /// Where to listen with which key; secret keys may also lie in the credentials directory of
    /// the service manager. Throws `ExitReason`.
    func listening(credentials: String?) throws(ExitReason) -> [ListeningEndpoint] {
        let keys = try key.map { file throws(ExitReason) in try Self.secret(file, credentials) }
        guard (formerKey == nil) == bindFormer.isEmpty else {
            throw ExitReason(.usage, "--former-key and --bind-former belong together")
        }
        guard key == nil || authorizedKeys != nil else {
            throw ExitReason(
                .usage, "--key needs --authorized-keys: without it nobody could connect")
        }
        let addresses = bind.isEmpty ? [BrokerCommands.defaultEndpoint] : bind
        var all = addresses.map { ListeningEndpoint($0, keys: keys) }
        all += bindLocal.map { ListeningEndpoint($0) }
        if let formerKey {
            let former = try Self.secret(formerKey, credentials)
            all += bindFormer.map { ListeningEndpoint($0, keys: former) }
        }
        return all
    }

    func keysFile() throws(ExitReason) -> AuthorizedKeysFile? {
        guard authorizedKeys == nil || key != nil else {
            throw ExitReason(.usage, "--authorized-keys needs --key, the broker's own")
        }
        return authorizedKeys.map { AuthorizedKeysFile($0) }
    }

    func role() throws(ExitReason) -> AccessRole {
        guard let role = AccessRole(rawValue: localRole) else {
            throw ExitReason(
                .usage,
                "--local-role is one of "
                    + AccessRole.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return role
    }

    private static func secret(
        _ file: String, _ credentials: String?
    ) throws(ExitReason) -> CurveKeyPair {
        do throws(CurveCertificate.Failure) {
            return try CurveCertificate.secret(file: file, trusted: credentials)
        } catch {
            throw ExitReason(.configuration, error.description)
        }
    }
}
