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
        call.category = code(by: mapping.category, field: "category", isRequired: true)
        if let rule = mapping.condition {
            call.condition = code(by: rule, field: "condition", isRequired: true)
        }
        call.grid = code(by: mapping.grid, field: "grid", isRequired: true)
        if let rule = mapping.campaign { call.campaign = code(by: rule, field: "campaign") }
        if let rule = mapping.urgency { fillUrgency(rule) }
        call.texts.description_p = text(by: mapping.description, field: "description")
        if let rule = mapping.address { call.texts.address = text(by: rule, field: "address") }
        if let rule = mapping.reporter { call.texts.reporter = text(by: rule, field: "reporter") }
        if let rule = mapping.contact { call.texts.contact = text(by: rule, field: "contact") }
        fillObservedAt()
        if let rule = mapping.coordinates { fillCoordinates(rule) }
    }

    private mutating func fillID() {
        let key = folded(mapping.key)
        guard !key.isEmpty else {
            refuse("key", ImportWords.emptyCell(Self.names(mapping.key)))
            return
        }
        let id = RowIdentity.callID(source: mapping.source, key: key)
        self.id = id
        call.id = id.data
    }

    /// Must come after the description, which the mark is added to.
    private mutating func fillObservedAt() {
        let rule = mapping.observedAt
        let text = folded(rule.text)
        guard let time = rule.formats.lazy.compactMap({ $0.time(text) }).first else {
            refuse(
                "observed_at", ImportWords.doesNotFit(Self.shown(text), Self.names(rule.text)))
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
        let latitude = folded(rule.latitude)
        let longitude = folded(rule.longitude)
        if latitude.isEmpty, longitude.isEmpty { return }
        let degrees = [("latitude", latitude), ("longitude", longitude)].map { field, cell in
            let value = Double(cell)
            if value == nil { refuse(field, ImportWords.noNumber(Self.shown(cell))) }
            return value
        }
        guard let north = degrees[0], let east = degrees[1] else { return }
        call.coordinates.latitude = north
        call.coordinates.longitude = east
    }

    private mutating func fillUrgency(_ rule: ImportMapping.Rule) {
        let word = code(by: rule, field: "urgency")
        guard !word.isEmpty else { return }
        guard let urgency = UrgencyWord.urgency(word) else {
            return refuse("urgency", ImportWords.noUrgency(Self.shown(word)))
        }
        call.urgency = urgency
    }

    /// A word of the catalogue: full-width digits and letters in it are folded.
    private mutating func code(
        by rule: ImportMapping.Rule, field: String, isRequired: Bool = false
    ) -> String {
        let text = folded(rule)
        if text.isEmpty {
            if rule.fallback == nil, isRequired {
                refuse(field, ImportWords.emptyCell(Self.names(rule)))
            }
            return rule.fallback ?? ""
        }
        return value(of: text, by: rule, field: field)
    }

    /// A text for people: it stays as it was typed, in normal form C.
    private mutating func text(by rule: ImportMapping.Rule, field: String) -> String {
        let text = raw(rule).normalized
        if text.isEmpty { return rule.fallback ?? "" }
        guard rule.table != nil else { return text }
        return value(of: text.foldedToHalfWidth.trimmedOfSpaces, by: rule, field: field)
    }

    private mutating func value(
        of text: String, by rule: ImportMapping.Rule, field: String
    ) -> String {
        guard let table = rule.table else { return text }
        if let value = table[text] { return value }
        refuse(field, ImportWords.notInTable(Self.shown(text), Self.names(rule)))
        return ""
    }

    private func folded(_ rule: ImportMapping.Rule) -> String {
        raw(rule).normalized.foldedToHalfWidth.trimmedOfSpaces
    }

    private func raw(_ rule: ImportMapping.Rule) -> String {
        if rule.pieces.count == 1, case .cell(let column) = rule.pieces[0] { return cells(column) }
        return rule.pieces.map { piece in
            switch piece {
            case .literal(let literal): literal
            case .cell(let column): cells(column)
            }
        }.joined().trimmedOfSpaces
    }

    private mutating func refuse(_ field: String, _ reason: Phrase) {
        problems.append(FieldProblem(field: field, reason: reason))
    }

    private static func names(_ rule: ImportMapping.Rule) -> String {
        rule.columns.joined(separator: ", ")
    }

    private static func shown(_ cell: String) -> String {
        "\"\(cell.escapedForTerminal.shortened(toWidth: 40))\""
    }
}
