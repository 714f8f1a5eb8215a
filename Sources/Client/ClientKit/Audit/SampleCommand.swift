import Foundation
import GridModel

/// Draws closed calls for a review of case files, each with its whole story and its proofs.
package struct SampleCommand: ClientCommand {
    /// What is drawn, and from what.
    package struct Wanted: Sendable {
        package var seed: String
        package var count: Int
        /// By id or name; `nil`: of any.
        package var department: String?
        package var campaign: String?
        /// When the calls were closed.
        package var from: TimeBound?
        package var to: TimeBound?

        /// So many of all closed calls.
        package init(seed: String, count: Int) {
            self.seed = seed
            self.count = count
        }
    }

    private var wanted: Wanted
    private let hasTexts: Bool
    private let format: OutputFormat

    /// A sample; `hasTexts` asks for what people wrote too.
    package init(_ wanted: Wanted, hasTexts: Bool, format: OutputFormat) {
        self.wanted = wanted
        self.hasTexts = hasTexts
        self.format = format
    }

    package func run(in session: ClientSession) throws(ClientFailure) -> ExitStatus {
        var wanted = wanted
        if let name = wanted.department {
            wanted.department = try session.id(.department, named: name)
        }
        if let name = wanted.campaign { wanted.campaign = try session.id(.campaign, named: name) }
        let zone = try session.zoneOfStreet()
        var draw = SampleDraw()
        var (last, link): (UInt64, [UInt8]) = (0, [])
        let damage = try session.readJournal { batch in
            for step in batch.steps { draw.read(step) }
            (last, link) = (batch.seq, batch.link)
        }
        if let damage { return refuse(damage, session) }
        let (calls, population) = draw.draw(
            wanted, from: wanted.from?.start(in: zone), to: wanted.to?.end(in: zone))
        // Read again rather than kept: the stories of all calls would not fit in memory.
        var stories: [UInt64: [JournalStep]] = [:]
        for call in calls { stories[call.serial] = [] }
        let changed = try session.readJournal(hasTexts: hasTexts) { batch in
            if batch.seq <= last { Self.collect(batch, into: &stories) }
        }
        if let changed { return refuse(changed, session) }
        let output = SampleOutput(
            wanted: wanted, population: population, end: (last, link), calls: calls,
            stories: stories,
            presentation: format == .json ? session.presentation : session.namedPresentation)
        session.write(as: format, json: output.json, table: output.table, csv: output.csv)
        return .done
    }

    private func refuse(_ damage: Phrase, _ session: ClientSession) -> ExitStatus {
        session.console.note(
            session.language(chinese: "日志不完整：", english: "NOT intact: ")
                + session.language(damage) + "\n")
        return .refused
    }

    private static func collect(
        _ batch: JournalStream.Batch, into stories: inout [UInt64: [JournalStep]]
    ) {
        var now = Timestamp(milliseconds: batch.at)
        for (index, step) in batch.steps.enumerated() {
            if step["fact"] as? String == "turnBegan", let at = JournalStep.integer(step["at"]) {
                now = Timestamp(milliseconds: at)
            }
            guard let serial = JournalStep.serial(step), stories[serial] != nil else { continue }
            stories[serial]?.append(
                JournalStep(
                    batch: batch.seq, place: index + 1, link: batch.link, at: now, values: step))
        }
    }
}
