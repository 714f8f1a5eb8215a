import BrokerEngine
import BrokerJournal
import Catalogue

extension OpenCallFigures {
    /// Counts what a journal says is open, also beside a running broker; it is only read.
    init(journalIn directory: DataDirectory) throws {
        var replay = Replay(tailLimit: 1)
        try JournalReader.look(into: directory) { reader in
            var last: UInt64 = 0
            while case let batches = try reader.batches(after: last), let end = batches.last {
                for batch in batches { replay.apply(batch) }
                last = end.seq
            }
        }
        self.init(replay.record)
    }

    /// Counts what a record holds, by the ids of every catalogue it knows.
    init(_ record: Record) {
        self.init()
        let open = OpenCalls(record)
        total = open.total
        hasFiled = record.nextSerial > 1
        provisionalParts = open.provisionalParts
        for id in record.symbols.categories.names { categories[id] = open.calls(category: id) }
        for id in record.symbols.grids.names { grids[id] = open.calls(grid: id) }
        for id in record.symbols.campaigns.names { campaigns[id] = open.calls(campaign: id) }
        for id in record.symbols.departments.names {
            parts[id] = open.parts(department: id)
            laterCalls[id] = open.laterCalls(department: id)
        }
    }
}
