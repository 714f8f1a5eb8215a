/// What writes results in the format asked for.
protocol ResultWriting {
    var console: any Console { get }
    /// Whether CSV begins with a byte order mark, as spreadsheets want it.
    var marksByteOrder: Bool { get }
}

extension ResultWriting {
    /// Writes a result in the format asked for.
    func write(
        as format: OutputFormat, json: @autoclosure () -> JSONValue,
        table: @autoclosure () -> String, csv: @autoclosure () -> String
    ) {
        switch format {
        case .json: console.write(json().rendered)
        case .table: console.write(table())
        case .csv: console.write((marksByteOrder ? "\u{FEFF}" : "") + csv())
        }
    }
}
