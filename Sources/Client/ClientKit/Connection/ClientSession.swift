import GridCodec
package import GridModel

/// A command of `gridcall`, parsed and ready.
package protocol ClientCommand {
    /// Whether the command itself sees to the calls in the spool.
    var sendsSpoolItself: Bool { get }
    /// Does it. Errors: why it could not be done; the terminal tells the user.
    func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus
}

extension ClientCommand {
    package var sendsSpoolItself: Bool { false }
}

/// What a command works with.
package struct ClientSession: ResultWriting {
    /// The session with the broker.
    package let link: any BrokerLink
    /// Asks one thing at a time over that session.
    package let client: BrokerClient
    /// Where results go.
    package let console: any Console
    /// Where the broker is.
    package let endpoint: String
    /// The language of everything written for people.
    package let language: Language
    /// Keeps calls that cannot be sent, and confirmed ones; `nil` where nothing is kept.
    package let spool: TerminalSpool?

    /// What is remembered of this broker; `nil` where nothing is.
    let memory: TerminalState?

    /// The colours of results.
    package let palette: Palette
    /// Whether CSV begins with a byte order mark, as spreadsheets want it.
    package let marksByteOrder: Bool

    /// What output depends on; the zone is known after the first answer.
    var presentation: Presentation {
        var presentation = Presentation(zone: client.zone, language: language)
        presentation.palette = palette
        presentation.now = client.brokerTime
        return presentation
    }

    /// The same with the catalogue's names; without them if the broker does not tell them.
    var namedPresentation: Presentation {
        var presentation = presentation
        if let names = try? catalogueNames() { presentation.names = names }
        return presentation
    }

    /// The catalogue's names. Errors: the broker does not tell them, and never did.
    func catalogueNames() throws(ClientFailure) -> CatalogueNames {
        CatalogueNames(try catalogue())
    }

    /// What the catalogue declares; as the broker told it last if it cannot be reached, so that a
    /// call can be named in its words and stored meanwhile. Errors: it is not known.
    func catalogue() throws(ClientFailure) -> WireCatalogueReply {
        do throws(ClientFailure) {
            guard case .catalogue(let reply) = try client.query(.catalogue(.init())) else {
                throw .unexpectedAnswer
            }
            // That it cannot be kept costs nothing now.
            try? memory?.remember(reply)
            return reply
        } catch {
            guard error.exitStatus == .unavailable, let known = try? memory?.catalogue() else {
                throw error
            }
            return known
        }
    }

    /// What a command works with.
    package init(
        link: any BrokerLink, console: any Console, endpoint: String,
        timeout: Int64 = BrokerClient.defaultTimeout, language: Language = .english,
        palette: Palette = .plain, marksByteOrder: Bool = false, spool: TerminalSpool? = nil,
        memory: TerminalState? = nil
    ) {
        self.link = link
        client = BrokerClient(link, endpoint: endpoint, timeout: timeout)
        self.console = console
        self.endpoint = endpoint
        self.language = language
        self.palette = palette
        self.marksByteOrder = marksByteOrder
        self.spool = spool
        self.memory = memory
    }
}
