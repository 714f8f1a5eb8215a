import GRDB
import GridModel

/// Finds the calls that a person may mean by a part of a case number or of an id.
struct CallFinder {
    /// So many candidates are told at most, the newest first.
    static let candidates = 10

    /// What a text means.
    enum Finding {
        /// One call and no other.
        case call(UInt64)
        /// Serials of calls that may be meant, the likeliest first: several fit, or one whose
        /// check digit does not.
        case candidates([UInt64])
        /// No call fits.
        case nothing
    }

    private let database: Database
    private let number: (UInt64) throws -> CaseNumber?

    /// A finder; `number` tells the case number of a serial, `nil` if no such call was filed.
    init(_ database: Database, number: @escaping (UInt64) throws -> CaseNumber?) {
        self.database = database
        self.number = number
    }

    /// Finds by what is surest first: a reading as case number whose check digit fits, then the
    /// beginning of an id, then a slip in a number with its year, the end of a serial, any slip.
    func find(_ text: SpokenCall) throws -> Finding {
        let exact = try serials(thatFit: text.readings)
        if !exact.isEmpty { return Self.finding(exact) }
        let byID = try text.ids.map(serials(of:)) ?? []
        if !byID.isEmpty { return Self.finding(byID) }
        let slips = try text.readings.filter { $0.year != nil }.flatMap(slips(of:))
        if !slips.isEmpty { return .candidates(Self.first(slips)) }
        let byEnding = try text.ending.map(serials(endingIn:)) ?? []
        if !byEnding.isEmpty { return Self.finding(byEnding) }
        let wrongChecks = try text.readings.filter { $0.year == nil }.flatMap(slips(of:))
        return wrongChecks.isEmpty ? .nothing : .candidates(Self.first(wrongChecks))
    }

    private static func finding(_ serials: [UInt64]) -> Finding {
        let serials = first(serials)
        if serials.isEmpty { return .nothing }
        return serials.count == 1 ? .call(serials[0]) : .candidates(serials)
    }

    /// Each serial once, and not more than are told.
    private static func first(_ serials: [UInt64]) -> [UInt64] {
        var seen: Set<UInt64> = []
        return Array(serials.filter { seen.insert($0).inserted }.prefix(candidates))
    }

    private func serials(thatFit readings: [SpokenCall.Reading]) throws -> [UInt64] {
        try readings.compactMap { reading in
            guard let number = try number(reading.serial), reading.fits(number),
                (reading.check ?? number.checkDigit) == number.checkDigit
            else { return nil }
            return number.serial
        }
    }

    /// Calls one slip away from a reading whose check digit does not fit. Without the year only
    /// the check digit itself can be the slip: the year is part of what it checks.
    private func slips(of reading: SpokenCall.Reading) throws -> [UInt64] {
        guard let check = reading.check else { return [] }
        guard let year = reading.year else {
            return try number(reading.serial).map { reading.fits($0) ? [$0.serial] : [] } ?? []
        }
        let written = CaseNumber(prefix: reading.prefix ?? "", year: year, serial: reading.serial)
        guard written.checkDigit != check else { return [] }
        return try written.slips(writtenWithCheck: check).compactMap { slip in
            guard let number = try number(slip.serial), number.year == slip.year,
                (reading.prefix ?? number.prefix) == number.prefix
            else { return nil }
            return number.serial
        }
    }

    private func serials(of ids: ClosedRange<UniqueID>) throws -> [UInt64] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT serial, id_high, id_low FROM call WHERE id_high BETWEEN ? AND ?
                ORDER BY serial DESC LIMIT 1000
                """,
            arguments: [
                Int64(bitPattern: ids.lowerBound.high), Int64(bitPattern: ids.upperBound.high),
            ]
        ).filter { row in
            let id = UniqueID(
                high: UInt64(bitPattern: row[1]), low: UInt64(bitPattern: row[2]))
            return ids.contains(id)
        }.map { UInt64(bitPattern: $0[0]) }
    }

    /// The newest calls whose serial ends in `digits`, looked up one by one by their key.
    private func serials(endingIn digits: String) throws -> [UInt64] {
        let highest = try Int64.fetchOne(database, sql: "SELECT max(serial) FROM call") ?? 0
        guard digits.utf8.count <= 9, let ending = UInt64(digits) else { return [] }
        let step = (0..<digits.utf8.count).reduce(UInt64(1)) { power, _ in power * 10 }
        var found: [UInt64] = []
        var serial = UInt64(bitPattern: highest) / step * step + ending
        while found.count <= Self.candidates {
            if serial > 0, try number(serial) != nil { found.append(serial) }
            guard serial >= step else { break }
            serial -= step
        }
        return found
    }
}
