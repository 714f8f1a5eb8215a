package import GridCodec
package import GridModel

/// The names of what a catalogue declares, to be shown in place of ids and typed in their place.
package struct CatalogueNames: Sendable {
    private var departments: [String: WireNamedID] = [:]
    private var grids: [String: WireNamedID] = [:]
    private var categories: [String: WireNamedID] = [:]
    private var campaigns: [String: WireNamedID] = [:]

    /// No names: ids are shown.
    package init() {}

    /// The names of the catalogue in force.
    package init(_ reply: WireCatalogueReply) {
        departments = Self.table(reply.departments)
        grids = Self.table(reply.grids)
        categories = Self.table(reply.categories)
        campaigns = Self.table(reply.campaigns)
    }

    /// What a kind of id names.
    package enum Kind: Sendable {
        case department
        case grid
        case category
        case campaign
    }

    /// The name of an id; the id itself if it has none.
    package func name(_ kind: Kind, _ id: String, in language: Language) -> String {
        guard let named = table(kind)[id] else { return id }
        return language.name(chinese: named.chinese, english: named.english, id: id)
    }

    /// The id of what is called `text` in either language, letter case aside; `nil` if nothing is
    /// or more than one thing.
    package func id(_ kind: Kind, named text: String) -> String? {
        let wanted = text.lowercased()
        let found = table(kind).values.filter {
            $0.chinese.lowercased() == wanted || $0.english.lowercased() == wanted
        }
        return found.count == 1 ? found[0].id : nil
    }

    /// The word for the kind.
    static func word(_ kind: Kind) -> Phrase {
        switch kind {
        case .department: Phrase(chinese: "部门", english: "department")
        case .grid: Phrase(chinese: "网格", english: "grid")
        case .category: Phrase(chinese: "类别", english: "category")
        case .campaign: Phrase(chinese: "专项行动", english: "campaign")
        }
    }

    private func table(_ kind: Kind) -> [String: WireNamedID] {
        switch kind {
        case .department: departments
        case .grid: grids
        case .category: categories
        case .campaign: campaigns
        }
    }

    private static func table(_ list: [WireNamedID]) -> [String: WireNamedID] {
        Dictionary(list.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension ClientSession {
    /// The id of what people call `text`; a text that may be an id is one. Errors: nothing, or more
    /// than one thing, is called so; the broker cannot be asked.
    func id(
        _ kind: CatalogueNames.Kind, named text: String
    ) throws(ClientFailure) -> String {
        if text.isEmpty || DeclaredID.isValid(text) { return text }
        if let id = try catalogueNames().id(kind, named: text) { return id }
        let shown = text.escapedForTerminal.shortened(toWidth: 40)
        let word = CatalogueNames.word(kind)
        throw .badInput(
            reason: Phrase(
                chinese: "没有叫“\(shown)”的\(word.chinese)，或不止一个；请给出标识或完整名称",
                english: "no \(word.english) is called \"\(shown)\", or more than one; "
                    + "give its id or its whole name"))
    }
}
