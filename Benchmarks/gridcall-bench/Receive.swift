import ArgumentParser
import Foundation

struct Receive: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A worker that completes every call in the moment it comes.",
        discussion: """
            Ends when so many different calls have come, or none for a while, and prints as JSON \
            how many did. With --started-at it also measures how long after its moment each came.
            """)

    @Option(help: "Different calls to wait for.")
    var calls: UInt64 = 10_000

    @Option(help: "The department it works for.")
    var department = "bench"

    @Option(help: "Calls it takes at once.")
    var credit: UInt32 = 1_024

    @Option(help: "Seconds without any call after which it gives up.")
    var patience = 30.0

    @OptionGroup var peer: PeerOptions
    @OptionGroup var pace: ScheduleOptions

    func validate() throws {
        guard (1...100_000_000).contains(calls), patience > 0 else {
            throw ValidationError("--calls is 1 to 100000000, --patience positive")
        }
    }

    func run() throws {
        let receiver = Receiver(
            calls: calls, schedule: pace.startedAt > 0 ? pace.schedule : nil,
            countedFrom: pace.countedFrom)
        try receiver.start(
            endpoint: peer.broker, department: department, credit: credit, curve: try peer.curve())
        let deliveries = try receiver.finish(patience: patience)
        Progress.tell(String(decoding: try JSONEncoder().encode(deliveries), as: UTF8.self))
    }
}
