import ClientKit
import GridCodec
import GridModel
import Testing

/// Plays the owner of a flush: a broker that answers in any order.
private struct Player {
    var flush: SpoolFlush
    var files: [String: [SpoolRecord]]
    var settlements: [SpoolFlush.Settlement] = []
    var sent: [CallID] = []
    var waiting: [WireSubmitItem] = []
    var filed: Set<CallID> = []
    var largestBatch = 0

    init(_ files: [String: [SpoolRecord]], window: Int) {
        self.files = files
        flush = SpoolFlush(files.keys.sorted(), window: window)
    }

    mutating func play(
        using random: inout SeededRandom,
        answer: (WireSubmitItem) -> WireReceiptItem? = { filed($0) }
    ) {
        while true {
            switch flush.next() {
            case .load(let name): flush.loaded(files[name] ?? [])
            case .send(let items):
                sent += items.compactMap { CallID(data: $0.id) }
                waiting += items
                largestBatch = max(largestBatch, waiting.count)
            case .wait:
                waiting.shuffle(using: &random)
                let count = waiting.isEmpty ? 0 : Int.random(in: 1...waiting.count, using: &random)
                let answers = waiting.prefix(count).compactMap(answer).compactMap {
                    ReceiptItem($0)
                }
                waiting.removeFirst(count)
                if answers.isEmpty, waiting.isEmpty { flush.giveUp() }
                flush.take(answers, epoch: 3)
            case .settle(let settlement):
                settlements.append(settlement)
                for name in settlement.finished { files[name] = nil }
                flush.settled()
            case .end: return
            }
        }
    }

    static func filed(_ item: WireSubmitItem) -> WireReceiptItem {
        var receipt = WireReceiptItem()
        receipt.id = item.id
        receipt.filed.caseNumber = "T-\(item.texts.description_p)"
        return receipt
    }

    static func refused(_ item: WireSubmitItem, _ code: RefusalCode) -> WireReceiptItem {
        var receipt = WireReceiptItem()
        receipt.id = item.id
        receipt.refused = WireRefusal(Refusal(code, reason: "no"))
        return receipt
    }
}

@Suite struct SpoolFlushTests {
    @Test("every call is sent and every file finished, in any order of answers", arguments: 0..<100)
    func everything(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var files: [String: [SpoolRecord]] = [:]
        var number: UInt64 = 0
        for name in 0..<Int.random(in: 0...9, using: &random) {
            files["\(name)"] = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                number += 1
                // Now and then an id that was there before.
                return spoolRecord(Bool.random(using: &random) ? number : number / 2)
            }
        }
        let ids = files.values.joined().map(\.id)
        let window = Int.random(in: 1...20, using: &random)
        var player = Player(files, window: window)
        player.play(using: &random)
        #expect(player.sent.sorted() == ids.sorted())
        let confirmed = player.settlements.flatMap(\.confirmed)
        #expect(confirmed.map(\.id).sorted() == ids.sorted())
        #expect(confirmed.allSatisfy { $0.epoch == 3 && $0.caseNumber.hasPrefix("T-call") })
        #expect(player.files.values.allSatisfy { $0.isEmpty })
        #expect(player.flush.leftCount == 0)
        #expect(player.largestBatch < window + 9)
    }

    @Test("what has no answer stays, with its file; what has one is settled")
    func givingUp() {
        var random = SeededRandom(seed: 1)
        var player = Player(
            ["a": [spoolRecord(1), spoolRecord(2)], "b": [spoolRecord(3)]], window: 100)
        player.play(using: &random) { item in
            item.texts.description_p == "call 2" ? nil : Player.filed(item)
        }
        #expect(player.settlements.flatMap(\.confirmed).count == 2)
        #expect(player.files.keys.sorted() == ["a"])
        #expect(player.flush.leftCount == 1)
    }

    @Test("a refusal for good settles a call, one for now leaves it")
    func refusing() {
        var random = SeededRandom(seed: 1)
        var player = Player(["a": [spoolRecord(1)], "b": [spoolRecord(2)]], window: 100)
        player.play(using: &random) { item in
            let isFirst = item.texts.description_p == "call 1"
            return Player.refused(item, isFirst ? .unknownGrid : .tooManyOpenCalls)
        }
        #expect(player.settlements.flatMap(\.refused).map(\.id) == [spoolRecord(1).id])
        #expect(player.files.keys.sorted() == ["b"])
        #expect(player.flush.leftCount == 1)
    }
}

@Suite struct SpoolTests {
    private let terminal = StoppableTerminal()
    private let refusal = SpoolRecord.Refusal(code: 102, field: "grid", reason: "没有网格 G1")

    @Test("records are read as they were written")
    func roundTrip() {
        let records = [
            spoolRecord(1), spoolRecord(2).refused(refusal),
            spoolRecord(3).confirmed("T-3", epoch: 9),
        ]
        let contents = SpoolFormat.contents(of: SpoolFormat.bytes(of: records))
        #expect(contents == .init(records: records, damagedBytes: 0))
    }

    @Test("a record cut off anywhere, or with any byte changed, costs itself alone")
    func damage() {
        let records = [spoolRecord(1), spoolRecord(2), spoolRecord(3)]
        let pieces = records.map { SpoolFormat.bytes(of: [$0]) }
        for cut in 1..<pieces[1].count {
            let torn = pieces[0] + pieces[1].prefix(cut) + pieces[2]
            let contents = SpoolFormat.contents(of: torn)
            #expect(contents == .init(records: [records[0], records[2]], damagedBytes: cut))
        }
        for place in pieces[1].indices {
            var bytes = pieces[0] + pieces[1] + pieces[2]
            bytes[pieces[0].count + place] ^= 0x55
            let read = SpoolFormat.contents(of: bytes)
            #expect(read.records == [records[0], records[2]])
            #expect(read.damagedBytes == pieces[1].count)
        }
    }

    @Test("a damaged file is set aside as it was, and the calls whole in it are sent")
    func damagedFile() throws {
        try terminal.spool.store([spoolRecord(1), spoolRecord(2)])
        try terminal.spool.store([spoolRecord(3)])
        let paths = terminal.files.paths.filter { $0.contains("/pending/") }
        terminal.files.damage(paths[0], at: 20)
        terminal.files.damage(paths[1], at: 0)
        let report = try terminal.send()
        #expect(terminal.broker.order == [spoolRecord(2).id])
        #expect(report.damagedFiles.count == 2)
        for file in report.damagedFiles { #expect(try terminal.files.contents(of: file) != nil) }
        #expect(try terminal.spool.pendingNames().isEmpty)
        #expect(try terminal.send() == .init())
    }

    @Test("a street's calls do not go to another street's broker")
    func otherStreet() throws {
        try terminal.spool.store([spoolRecord(1)])
        #expect(try terminal.spool.bind(to: "gulou") == .ours)
        terminal.broker.welcome.street = "beijing"
        #expect(try terminal.send().otherStreet == "gulou")
        #expect(terminal.broker.order.isEmpty)
        terminal.broker.welcome.street = "gulou"
        try terminal.send()
        #expect(terminal.broker.order.count == 1)
        // With nothing left for the first street the spool may serve another.
        terminal.broker.welcome.street = "beijing"
        try terminal.spool.store([spoolRecord(2)])
        #expect(try terminal.send().otherStreet == "gulou")
        try terminal.spool.removePending(terminal.spool.pendingNames())
        #expect(try terminal.spool.bind(to: "beijing") == .ours)
    }

    @Test("while one process sends, another does not")
    func busy() throws {
        try terminal.spool.store([spoolRecord(1)])
        let lock = try terminal.spool.flushLock(waits: false)
        #expect(try terminal.send().isBusy)
        withExtendedLifetime(lock) {}
    }

    @Test("confirmed calls are offered once for each epoch, and only older ones")
    func epochs() throws {
        try terminal.spool.store([spoolRecord(1), spoolRecord(2)])
        try terminal.send()
        #expect(try terminal.offer() == nil)
        terminal.broker.restore(epoch: 4, keeping: 1)
        #expect(try terminal.offer()?.confirmedCount == 2)
        #expect(terminal.broker.order.count == 2)
        #expect(try terminal.offer() == nil)
        terminal.broker.restore(epoch: 5)
        #expect(try terminal.offer()?.confirmedCount == 3)
        #expect(terminal.broker.order.count == 2)
    }

    @Test("a call confirmed in an old epoch after all were offered is offered as well")
    func lateConfirmation() throws {
        try terminal.confirm(spoolRecord(1))
        terminal.broker.restore(epoch: 2)
        try terminal.offer()
        #expect(try terminal.offer() == nil)
        try terminal.confirm(spoolRecord(2))
        try terminal.offer()
        #expect(terminal.broker.filed[spoolRecord(2).id] != nil)
        #expect(try terminal.offer() == nil)
    }

    @Test("confirmed calls are forgotten after 30 days of the broker's clock")
    func pruning() throws {
        let day: Int64 = 86_400_000
        try terminal.confirm(spoolRecord(1))
        let filedAt = Timestamp(milliseconds: terminal.broker.welcome.serverTime)
        for (days, count) in [(0, 1), (30, 1), (31, 1), (32, 0)] as [(Int64, Int)] {
            try terminal.spool.prune(
                street: "gulou", now: filedAt.advanced(byMilliseconds: days * day))
            #expect(try terminal.spool.confirmed().count == count)
        }
    }

    @Test("calls can be dropped one by one, refused ones corrected and tried again")
    func handling() throws {
        let console = CollectingConsole()
        let shown = TerminalSpool(terminal.spool, console: console, language: .english)
        try terminal.spool.store([spoolRecord(1), spoolRecord(2), spoolRecord(3)])
        try terminal.spool.reject([
            spoolRecord(4).refused(refusal), spoolRecord(5).refused(refusal),
        ])
        let drop = SpoolDropCommand(.calls([2, 5, 9].map { spoolRecord($0).id }))
        #expect(
            try drop.run(in: OfflineSession(spool: shown, console: console, language: .english))
                == .refused)
        #expect(console.notes.contains("no call \(spoolRecord(9).id)"))
        var correction = SpoolRetryCommand.Correction()
        correction.grid = "G2"
        let retry = SpoolRetryCommand(.calls([spoolRecord(4).id]), correction: correction)
        #expect(
            try retry.run(in: OfflineSession(spool: shown, console: console, language: .english))
                == .done)
        try terminal.send()
        #expect(terminal.broker.order.sorted() == [1, 3, 4].map { spoolRecord($0).id })
        #expect(terminal.broker.filed[spoolRecord(4).id]?.grid == "G2")
        #expect(try terminal.spool.rejected().records.isEmpty)
    }

    @Test("a list shows what waits, what was refused and why")
    func listing() throws {
        try terminal.spool.store([spoolRecord(1, "路边垃圾")])
        try terminal.spool.reject([spoolRecord(4).refused(refusal)])
        for (format, language) in [
            (OutputFormat.table, Language.chinese), (.csv, .english), (.json, .english),
        ] {
            let console = CollectingConsole()
            let shown = TerminalSpool(terminal.spool, console: console, language: language)
            let list = SpoolListCommand(showsConfirmed: true, format: format)
            #expect(
                try list.run(in: OfflineSession(spool: shown, console: console, language: language))
                    == .done)
            for text in ["路边垃圾", "没有网格 G1", "unknownGrid", "\(spoolRecord(1).id)"] {
                #expect(console.output.contains(text))
            }
            if format == .table { #expect(console.output.contains("被拒绝")) }
        }
    }
}
