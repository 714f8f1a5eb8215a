package import ClientKit
package import GridModel

/// What a console is to be: from the command line, the environment and a file, each above the next.
package struct ConsoleSettings: Hashable, Sendable {
    /// One broker and the keys for it.
    package struct Broker: Hashable, Sendable {
        package var endpoint: String
        /// The file of the console's secret key.
        package var key: String?
        /// The broker's public key, or its file.
        package var serverKey: String?

        /// A broker.
        package init(endpoint: String, key: String? = nil, serverKey: String? = nil) {
            self.endpoint = endpoint
            self.key = key
            self.serverKey = serverKey
        }
    }

    /// Where the console listens unless it is said otherwise.
    package static let defaultListen = "127.0.0.1:8570"
    /// The variable that names a configuration file.
    package static let fileVariable = "GRIDCALL_CONSOLE_CONFIG"

    package var listen: String?
    package var brokers: [Broker] = []
    package var tokenFile: String?
    package var identityHeader: String?
    package var allow: [String] = []
    package var trustedProxies: [String] = []
    package var hosts: [String] = []
    /// Directories whose disks are watched.
    package var disks: [String] = []

    /// Nothing set.
    package init() {}

    /// Reads a file's text, strictly. Throws `ConfigurationMistakes`.
    package init(yaml: String) throws(ConfigurationMistakes) {
        let name = Phrase(chinese: "配置", english: "the configuration")
        let read = try StrictSection.read(yaml: yaml, name: name) { root in
            var settings = ConsoleSettings()
            settings.listen = root.optionalText("listen")
            settings.tokenFile = root.optionalText("token_file")
            settings.identityHeader = root.optionalText("identity_header")
            settings.allow = Self.texts("allow", root)
            settings.trustedProxies = Self.texts("trusted_proxy", root)
            settings.hosts = Self.texts("host", root)
            settings.disks = Self.texts("disk", root)
            settings.brokers = root.sections("brokers").map { section in
                defer { section.finish() }
                return Broker(
                    endpoint: section.text("endpoint"), key: section.optionalText("key"),
                    serverKey: section.optionalText("server_key"))
            }
            return settings
        }
        self = read ?? ConsoleSettings()
    }

    private static func texts(_ key: String, _ root: StrictSection) -> [String] {
        root.has(key) ? root.texts(key) : []
    }

    /// The brokers of a command line or an environment: endpoints, one key for all of them, and
    /// server keys, one for all or one for each in the same order. Throws `Mistake`.
    package static func brokers(
        endpoints: [String], key: String?, serverKeys: [String]
    ) throws(Mistake) -> [Broker] {
        guard serverKeys.count <= 1 || serverKeys.count == endpoints.count else {
            throw Mistake(
                Phrase(
                    chinese: "--server-key 给出一次，或与 --broker 一一对应",
                    english: "--server-key is given once, or once for each --broker"))
        }
        return endpoints.enumerated().map { index, endpoint in
            Broker(
                endpoint: endpoint, key: key,
                serverKey: serverKeys.count > 1 ? serverKeys[index] : serverKeys.first)
        }
    }

    /// What these settings lack, taken from `lower`.
    package func over(_ lower: ConsoleSettings) -> ConsoleSettings {
        var all = self
        all.listen = listen ?? lower.listen
        if brokers.isEmpty { all.brokers = lower.brokers }
        all.tokenFile = tokenFile ?? lower.tokenFile
        all.identityHeader = identityHeader ?? lower.identityHeader
        if allow.isEmpty { all.allow = lower.allow }
        if trustedProxies.isEmpty { all.trustedProxies = lower.trustedProxies }
        if hosts.isEmpty { all.hosts = lower.hosts }
        if disks.isEmpty { all.disks = lower.disks }
        return all
    }

    /// Why a console cannot be made of these settings.
    package struct Mistake: Error, Hashable, Sendable {
        /// For people.
        package let reason: Phrase

        /// A mistake.
        package init(_ reason: Phrase) { self.reason = reason }
    }

    /// The rules of access that they ask for; `credentials` is the directory of the service
    /// manager's credentials. Throws `Mistake`.
    package func rules(credentials: String?) throws(Mistake) -> AccessRules {
        let text = listen ?? Self.defaultListen
        guard let address = ConsoleAddress(text) else {
            throw Mistake(
                Phrase(
                    chinese: "--listen 形如 127.0.0.1:8570，而不是 \(text)",
                    english: "--listen looks like 127.0.0.1:8570, not \(text)"))
        }
        return try rules(address, try token(credentials))
    }

    private func token(_ credentials: String?) throws(Mistake) -> AccessToken? {
        guard let tokenFile else { return nil }
        do throws(AccessToken.Failure) {
            return try AccessToken(file: tokenFile, trusted: credentials)
        } catch {
            throw Mistake(error.reason)
        }
    }

    private func rules(
        _ address: ConsoleAddress, _ token: AccessToken?
    ) throws(Mistake) -> AccessRules {
        var identity: AccessRules.Identity?
        if let identityHeader {
            identity = AccessRules.Identity(
                header: identityHeader, users: Set(allow), proxies: Set(trustedProxies))
        }
        do throws(AccessRules.Mistake) {
            // Users or proxies without a header would be taken for a protection that is not there.
            if identity == nil, !allow.isEmpty || !trustedProxies.isEmpty {
                throw .incompleteIdentity
            }
            return try AccessRules(
                address: address, token: token, identity: identity, hosts: Set(hosts))
        } catch {
            throw Mistake(error.reason)
        }
    }
}
