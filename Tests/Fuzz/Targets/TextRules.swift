import Access
import BrokerEngine
import BrokerJournal
import ClientKit
import GridCodec
import GridModel

/// What holds for a catalogue that was compiled.
enum CatalogueRules {
    /// The journal keeps it as it is, and a broker can adopt it and start with it.
    static func check(_ catalogue: StreetCatalogue) throws {
        let facts = try FactCodec.decode(FactCodec.encode([.catalogueAdopted(catalogue)]))
        try require(facts == [.catalogueAdopted(catalogue)], "the journal changes a catalogue")
        var record = Record()
        for fact in facts { _ = record.apply(fact) }
        let moment = Moment(
            wall: Timestamp(milliseconds: 1_767_600_000_000), monotonicNanoseconds: 1)
        var engine = Engine(record: record)
        engine.start(at: moment)
        engine.begin(at: moment)
        engine.end()
    }
}

/// What holds for a mapping that was read.
enum MappingRules {
    private static let cells = [
        "", "1", "2013-12-25 00:00:00", "12/25/2013 12:00:00 AM", "litter", "40.7", "北京",
        "\u{7}", "=1+1",
    ]

    /// Rows become calls or problems, the same each time, whatever stands in them.
    static func check(_ mapping: ImportMapping) throws {
        let columns = mapping.columns
        let header = CSVRow(line: 1, cells: columns)
        let mapper: RowMapper
        do throws(RowProblem) {
            mapper = try RowMapper(mapping, header: header)
        } catch {
            return try requireWords(error.reason)
        }
        for shift in cells.indices {
            let row = CSVRow(
                line: 2,
                cells: columns.indices.map { cells[($0 + shift) % cells.count] })
            switch (mapper.map(row), mapper.map(row)) {
            case (.success(let item), .success(let again)):
                try require(item.id == again.id, "a row becomes another call")
                try require(
                    item.call.encoded() == again.call.encoded(), "a row becomes another call")
            case (.failure(let problems), .failure):
                try require(!problems.list.isEmpty, "a row is refused without a problem")
                for problem in problems.list { try requireWords(problem.reason) }
            default: throw Violation(description: "a row is a call only sometimes")
            }
        }
    }
}

/// What holds for a file of keys that was read.
enum KeyRules {
    static func check(_ file: AuthorizedKeys) throws {
        let again = try? AuthorizedKeys(text: file.text)
        try require(again?.keys == file.keys, "the file means another when it is written again")
        for key in file.keys {
            try require(
                AuthorizedKey.isKey(key.key) && AuthorizedKey.isName(key.name),
                "a key that is none: \(key)")
            try require((try? AuthorizedKey(line: key.line)) == key, "another line for \(key)")
            try checkRemoval(of: key, from: file)
        }
    }

    private static func checkRemoval(of key: AuthorizedKey, from file: AuthorizedKeys) throws {
        var changed = file
        try require(changed.remove(key.name) == key, "the name removes another key")
        let left = file.keys.filter { $0 != key }
        try require(changed.keys == left, "removing one key removes another")
        let read = try? AuthorizedKeys(text: changed.text)
        try require(read?.keys == left, "a removed key is still in the file")
        do { try changed.add(key) } catch { throw Violation(description: "\(error)") }
        let added = try? AuthorizedKeys(text: changed.text)
        try require(added?.keys == left + [key], "an added key is not in the file")
    }
}
