import BrokerEngine
import BrokerJournal
import GridModel

/// Writes batches as the engine would, with texts behind their salts.
struct HistoryWriter {
    private(set) var batches: [Batch] = []
    private(set) var now = Timestamp(milliseconds: 1_767_254_400_000)
    private var facts: [Fact] = []
    private var texts: [UInt8] = []

    /// Begins with an epoch, a catalogue and two actors.
    init() {
        add(.epochBegan(epoch: 1))
        add(.catalogueAdopted(Self.catalogue))
        add(.actorNamed(actor: 1, name: "worker-1"))
        add(.actorNamed(actor: 2, name: "officer-2"))
        endBatch()
    }

    /// Adds a fact to the batch that is being written.
    mutating func add(_ fact: Fact) {
        if facts.isEmpty { facts.append(.turnBegan(at: now)) }
        facts.append(fact)
    }

    /// Puts bytes beside the facts.
    mutating func place(_ bytes: some Sequence<UInt8>) -> TextPlace {
        let offset = UInt32(texts.count)
        texts.append(contentsOf: Array(repeating: 0xa5, count: 16))
        texts.append(contentsOf: bytes)
        return TextPlace(
            offset: offset, length: UInt32(texts.count) - offset,
            digest: Digest(hashing: Array(texts[Int(offset)...])))
    }

    /// Puts a text beside the facts.
    mutating func place(_ text: String) -> TextPlace { place(text.utf8) }

    /// Ends the batch; the next begins `milliseconds` later.
    mutating func endBatch(milliseconds: Int64 = 1_000) {
        guard !facts.isEmpty else { return }
        batches.append(
            Batch(
                seq: UInt64(batches.count + 1), epoch: 1, at: now, facts: facts, texts: texts))
        facts = []
        texts = []
        now = now.advanced(byMilliseconds: milliseconds)
    }

    /// A deadline `milliseconds` from now.
    func due(in milliseconds: Int64) -> Deadline {
        let dueAt = now.advanced(byMilliseconds: milliseconds)
        return Deadline(warnsAt: dueAt, dueAt: dueAt, isProvisional: false)
    }
}

extension HistoryWriter {
    static let departments = ["urban", "market", "safety"]
    static let grids = ["g-1", "g-2", "g-3"]
    static let categories = ["noise", "litter", "fire-exit"]
    static let campaigns = ["spring", "autumn"]

    /// Three departments, grids and categories, two campaigns.
    static let catalogue = catalogue(extraGrids: [])

    /// The same with more grids behind.
    static func catalogue(extraGrids: [String]) -> StreetCatalogue {
        StreetCatalogue(
            street: Street(id: "gulou", name: name("Gulou"), casePrefix: "GL"),
            departments: departments.map { Department(id: $0, name: name($0)) },
            grids: (grids + extraGrids).map { Grid(id: $0, name: name($0)) },
            categories: categories.map { id in
                var category = Category(
                    id: id, name: name(id), urgency: .ordinary,
                    stages: [Stage(parts: [Stage.Part(department: "urban", role: .lead)])],
                    conditions: ["default", "at-night"].map {
                        FilingCondition(id: $0, name: name($0), limits: ClockLimits())
                    })
                // On litter two reports are due.
                if id == "litter" {
                    category.reports = [
                        ReportRule(id: "weekly", name: name("weekly"), every: 1, .week),
                        ReportRule(id: "monthly", name: name("monthly"), every: 1, .month),
                    ]
                }
                return category
            },
            campaigns: campaigns.map { id in
                Campaign(
                    id: id, name: name(id), lead: "urban", assists: [], categories: [], grids: [],
                    from: .zero, until: .distantFuture, target: 7, legalBasis: "")
            },
            calendar: WorkCalendar(intervals: [], publishedThrough: .zero, zone: .utc),
            policy: WorkPolicy())
    }

    private static func name(_ text: String) -> LocalizedName {
        LocalizedName(chinese: text, english: text)
    }
}
