import ArgumentParser

struct OpenLoop: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A terminal that files calls at fixed moments, an open loop.",
        discussion: """
            Prints as JSON how long the receipts took, counted from the moment a call was due, so \
            that a stall counts for all calls it held up.
            """)

    @Option(help: "Calls to file.")
    var calls: UInt64 = 10_000

    @OptionGroup var peer: PeerOptions
    @OptionGroup var pace: ScheduleOptions

    func run() throws {
        let generator = OpenLoopGenerator(pace.schedule, countedFrom: pace.countedFrom)
        try generator.start(endpoint: peer.broker, curve: try peer.curve())
        try Progress.tell(generator.file(calls))
    }
}
