package import GridModel

/// Who may see the pages: a pure table from a request to what becomes of it.
///
/// On loopback everybody of this machine; anywhere else only who has the token, or whom a trusted
/// reverse proxy names and the list allows. Either may also be asked for on loopback.
package struct AccessRules: Sendable {
    /// What a reverse proxy says of who is there.
    package struct Identity: Hashable, Sendable {
        /// The header field, in small letters.
        package let header: String
        /// Who may come in; exactly as the proxy writes it.
        package let users: Set<String>
        /// The proxies' addresses; from anybody else the field is worth nothing.
        package let proxies: Set<String>

        /// Users that proxies at these addresses name in `header`.
        package init(header: String, users: Set<String>, proxies: Set<String>) {
            self.header = header.lowercased()
            self.users = users
            self.proxies = proxies
        }
    }

    /// Why a console must not begin.
    package enum Mistake: Error, Hashable, Sendable {
        /// Other machines reach the address, and nothing says who may see the pages.
        case open(ConsoleAddress)
        /// An identity header without users or without a proxy's address.
        case incompleteIdentity

        /// For people.
        package var reason: Phrase {
            switch self {
            case .open(let address):
                Phrase(
                    chinese: "其他机器可以访问 \(address)：请给出 --token-file，或 --identity-header、"
                        + "--allow 和 --trusted-proxy",
                    english: "other machines reach \(address): give --token-file, or "
                        + "--identity-header with --allow and --trusted-proxy")
            case .incompleteIdentity:
                Phrase(
                    chinese: "--identity-header、--allow 和 --trusted-proxy 须同时给出",
                    english: "--identity-header, --allow and --trusted-proxy belong together")
            }
        }
    }

    /// What becomes of a request.
    package enum Decision: Hashable, Sendable {
        case allowed
        /// Whoever it is has to show the token first.
        case loginNeeded
        /// 403, with the reason.
        case forbidden(Phrase)
        /// 421: the name in the request is not one of this console's.
        case wrongHost
    }

    package let address: ConsoleAddress
    package let token: AccessToken?
    package let identity: Identity?
    /// Names by which the console may be asked for besides those of loopback.
    package let hosts: Set<String>

    /// The rules of a console that listens at `address`. Throws `Mistake`.
    package init(
        address: ConsoleAddress, token: AccessToken? = nil, identity: Identity? = nil,
        hosts: Set<String> = []
    ) throws(Mistake) {
        if let identity, identity.users.isEmpty || identity.proxies.isEmpty {
            throw .incompleteIdentity
        }
        guard address.isLoopback || token != nil || identity != nil else { throw .open(address) }
        self.address = address
        self.token = token
        self.identity = identity
        self.hosts = Set(hosts.map { $0.lowercased() })
    }

    /// What becomes of a request at `now`, in seconds since 1970.
    package func decision(_ request: ConsoleRequest, _ route: Route?, now: Int64) -> Decision {
        guard isOurHost(request) else { return .wrongHost }
        if route?.isOpen ?? false { return .allowed }
        if token == nil, identity == nil { return .allowed }
        if let token, token.admits(request, now: now) { return .allowed }
        guard let identity else { return .loginNeeded }
        let named = identified(request, identity)
        if case .forbidden = named, token != nil { return .loginNeeded }
        return named
    }

    /// A page elsewhere could make a browser ask for its own name at our address (DNS rebinding);
    /// on loopback nothing else would keep it out. With names given
    /// they are the only ones anywhere.
    private func isOurHost(_ request: ConsoleRequest) -> Bool {
        guard address.isLoopback || !hosts.isEmpty else { return true }
        guard let field = request.header("host"), let host = ConsoleAddress.host(ofField: field)
        else { return false }
        return hosts.contains(host) || ConsoleAddress.isLoopback(host)
    }

    private func identified(_ request: ConsoleRequest, _ identity: Identity) -> Decision {
        guard identity.proxies.contains(request.peer) else {
            return .forbidden(
                Phrase(
                    chinese: "请经由反向代理访问", english: "come through the reverse proxy"))
        }
        guard let user = request.header(identity.header), identity.users.contains(user) else {
            return .forbidden(
                Phrase(
                    chinese: "此用户无权查看", english: "this user is not allowed to see it"))
        }
        return .allowed
    }
}
