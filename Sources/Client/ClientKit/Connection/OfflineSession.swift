package import GridModel

/// A command of `gridcall` that needs no broker.
package protocol OfflineCommand {
    /// Does it. Errors: why it could not be done; the terminal tells the user.
    func run(in session: OfflineSession) throws(ClientFailure) -> ExitStatus
}

/// What a command works with that needs no broker.
package struct OfflineSession: ResultWriting {
    /// The calls on this machine.
    let spool: TerminalSpool
    let console: any Console
    let language: Language
    let palette: Palette
    let marksByteOrder: Bool

    /// What a command works with.
    package init(
        spool: TerminalSpool, console: any Console, language: Language, palette: Palette = .plain,
        marksByteOrder: Bool = false
    ) {
        self.spool = spool
        self.console = console
        self.language = language
        self.palette = palette
        self.marksByteOrder = marksByteOrder
    }

    /// What output depends on, in a zone: that of a street is not known here.
    func presentation(in zone: LocalZone) -> Presentation {
        var presentation = Presentation(zone: zone, language: language)
        presentation.palette = palette
        return presentation
    }
}
