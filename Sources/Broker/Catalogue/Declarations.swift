import GridModel

/// The ids that one list of the file declares, for those that name them elsewhere.
struct Declarations {
    /// What is declared: "department", "grid".
    let kind: Phrase
    /// False when the list itself could not be read: then no reference to it is called wrong.
    private(set) var isKnown = false
    /// In the order of the file.
    private(set) var ids: [String] = []
    private var lines: [String: Int] = [:]

    init(kind: Phrase) { self.kind = kind }

    /// Whether the list was found and declares the id.
    func declares(_ id: String) -> Bool { isKnown && lines[id] != nil }

    /// The list was found.
    mutating func open() { isKnown = true }

    /// Declares the id under `id` of `entry`, also a malformed one, so that a mistake in an id is
    /// not reported again wherever it is used.
    mutating func declare(_ entry: Entry, log: MistakeLog) {
        guard let value = entry["id"], let id = value.scalar else { return }
        if let first = lines[id] {
            let name = Entry.shortened(id)
            log.add(
                value.line,
                kind
                    + Phrase(
                        " `\(name)` 已在第 \(first) 行声明",
                        " `\(name)` is already declared on line \(first)"))
        } else {
            lines[id] = value.line
            ids.append(id)
        }
    }

    /// The id that `entry` names; notes one that is not declared.
    func reference(_ entry: Entry, from subject: Phrase, log: MistakeLog) -> String? {
        guard let id = entry.scalar else {
            log.add(
                entry.line,
                Phrase(
                    "\(subject.chinese)在应写\(kind.chinese)处写了\(entry.described.chinese)",
                    "\(subject.english) names \(entry.described.english) where a "
                        + "\(kind.english) must stand"))
            return nil
        }
        if isKnown, lines[id] == nil {
            let hint = log.hint(for: id, among: ids)
            let name = Entry.shortened(id)
            log.add(
                entry.line,
                Phrase(
                    "\(subject.chinese)引用的\(kind.chinese) `\(name)` 没有声明",
                    "\(subject.english) names the \(kind.english) `\(name)`, which is not declared")
                    + hint)
        }
        return id
    }

    /// The ids under `key` of a section; notes those not declared and those named twice.
    func references(
        _ key: String, of section: Section, emptyMeans advice: Phrase
    ) -> [String] {
        var named: Set<String> = []
        var ids: [String] = []
        for entry in section.list(key, emptyMeans: advice) ?? [] {
            guard let id = reference(entry, from: section.subject, log: section.log) else {
                continue
            }
            if named.insert(id).inserted {
                ids.append(id)
            } else {
                let name = Entry.shortened(id)
                section.log.add(
                    entry.line,
                    Phrase(
                        "\(section.subject.chinese)两次引用\(kind.chinese) `\(name)`",
                        "\(section.subject.english) names the \(kind.english) `\(name)` twice"))
            }
        }
        return ids
    }
}

extension Section {
    /// The items of the list under `key`, which declares ids, each as a section under its name.
    func items(
        _ key: String, into declarations: inout Declarations, group: CatalogueSchema.Group
    ) -> [Section] {
        guard let entries = list(key) else { return [] }
        declarations.open()
        var sections: [Section] = []
        for (position, entry) in entries.enumerated() {
            let id = entry["id"]?.scalar.map { "`\(Entry.shortened($0))`" } ?? "\(position + 1)"
            declarations.declare(entry, log: log)
            let section = Section(
                entry, subject: declarations.kind + " \(id)", group: group, log: log)
            if let section { sections.append(section) }
        }
        return sections
    }
}
