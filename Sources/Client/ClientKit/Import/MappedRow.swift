import GridCodec
import GridModel

/// One row on its way to a call.
struct MappedRow {
    let mapping: ImportMapping
    /// The trimmed cell of a column.
    let cells: (String) -> String
    var call = WireSubmitItem()
    var id: CallID?
    var problems: [FieldProblem] = []

    init(mapping: ImportMapping, cells: @escaping (String) -> String) {
        self.mapping = mapping
        self.cells = cells
    }

    mutating func fill() {
        fillID()
        call.recordedEarlier = true
        call.category = id(by: mapping.category, field: "category")
        if let condition = mapping.condition {
            call.condition = id(by: condition, field: "condition")
        }
        call.grid = id(by: mapping.grid, field: "grid")
        call.texts.description_p = text(by: mapping.description)
        if let address = mapping.address { call.texts.address = text(by: address) }
        fillObservedAt()
        if let rule = mapping.coordinates { fillCoordinates(rule) }
    }

    private mutating func fillID() {
        let key = cells(mapping.key)
        guard !key.isEmpty else {
            refuse("key", "the cell of \(mapping.key) is empty")
            return
        }
        let id = RowIdentity.callID(source: mapping.source, key: key)
        self.id = id
        call.id = id.data
    }

    /// Must come after the description, which the mark is added to.
    private mutating func fillObservedAt() {
        let rule = mapping.observedAt
        let cell = cells(rule.column)
        guard let time = rule.format.time(cell) else {
            let shown = Self.shown(cell)
            refuse("observed_at", "\(shown) in \(rule.column) does not fit the format")
            return
        }
        var moment = mapping.zone.moment(ofLocal: time.asUTC)
        if rule.spreadsMidnight, time.isMidnight, let id {
            moment = moment.advanced(byMilliseconds: RowIdentity.millisecondOfDay(for: id))
            let parts = [call.texts.description_p, rule.spreadMark].filter { !$0.isEmpty }
            call.texts.description_p = parts.joined(separator: " ")
        }
        call.observedAt = moment.milliseconds
    }

    private mutating func fillCoordinates(_ rule: ImportMapping.CoordinateRule) {
        let latitude = cells(rule.latitude)
        let longitude = cells(rule.longitude)
        if latitude.isEmpty, longitude.isEmpty { return }
        let degrees = [("latitude", latitude), ("longitude", longitude)].map { field, cell in
            let value = Double(cell)
            if value == nil { refuse(field, "\(Self.shown(cell)) is no number") }
            return value
        }
        guard let north = degrees[0], let east = degrees[1] else { return }
        call.coordinates.latitude = north
        call.coordinates.longitude = east
    }

    private mutating func id(by rule: ImportMapping.IDRule, field: String) -> String {
        let cell = cells(rule.column)
        if cell.isEmpty {
            if rule.fallback == nil { refuse(field, "the cell of \(rule.column) is empty") }
            return rule.fallback ?? ""
        }
        guard let table = rule.table else { return cell }
        if let id = table[cell] { return id }
        refuse(field, "\(Self.shown(cell)) in \(rule.column) is not in the mapping's table")
        return ""
    }

    private func text(by rule: ImportMapping.TextRule) -> String {
        switch rule {
        case .column(let column): cells(column)
        case .template(let pieces):
            pieces.map { piece in
                switch piece {
                case .literal(let literal): literal
                case .cell(let column): cells(column)
                }
            }.joined().trimmedOfSpaces
        }
    }

    private mutating func refuse(_ field: String, _ reason: String) {
        problems.append(FieldProblem(field: field, reason: reason))
    }

    private static func shown(_ cell: String) -> String {
        "\"\(cell.escapedForTerminal.shortened(toWidth: 40))\""
    }
}
