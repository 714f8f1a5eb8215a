package import GridModel

/// What changes between two catalogues, and what that does to the calls that are open.
///
/// Says what the engine does (`Engine+Catalogue`, `CatalogueObjection`): an open call keeps the
/// plan, the urgency and the limits of the catalogue it was filed under; names, policy and calendar
/// hold for everything from then on.
package struct CatalogueDiff: Sendable {
    /// Which part of the catalogue.
    package enum Area: CaseIterable, Sendable {
        case street, departments, grids, categories, campaigns, calendar, policy
    }

    /// What happened to a thing.
    package enum Kind: String, Sendable {
        case added = "+"
        case removed = "-"
        case changed = "~"
    }

    /// One thing that is not as it was.
    package struct Change: Hashable, Sendable {
        package let area: Area
        package let kind: Kind
        /// What it is: id and name.
        package let title: Phrase
        /// What is different about it; empty for what was added or removed.
        package var details: [Phrase] = []
        /// What that does to calls.
        package let effect: Phrase
        /// The broker would refuse the whole catalogue for it.
        package var isRefused = false
    }

    /// In the order of the areas, and within one in the order of the files.
    package let changes: [Change]

    /// Whether a broker with these calls would refuse the new catalogue.
    package var isRefused: Bool { changes.contains(where: \.isRefused) }

    /// Compares two catalogues; `open` is what is open in the street, `nil` if nobody has counted.
    package init(
        from old: StreetCatalogue, to new: StreetCatalogue, open: OpenCallFigures? = nil
    ) {
        let comparison = CatalogueComparison(old: old, new: new, open: open)
        changes =
            comparison.street() + comparison.departments() + comparison.grids()
            + comparison.categories() + comparison.campaigns() + comparison.calendar()
            + comparison.policy()
    }

    /// The comparison as people read it.
    package func text(in language: Language) -> String {
        guard !changes.isEmpty else {
            return Phrase("两份目录没有差别。", "The two catalogues say the same.")
                .text(in: language)
        }
        var lines: [String] = []
        for area in Area.allCases {
            let changes = changes.filter { $0.area == area }
            guard !changes.isEmpty else { continue }
            lines.append(area.title.text(in: language))
            for change in changes { lines += change.lines(in: language) }
        }
        if isRefused {
            lines.append(
                Phrase("服务端会整体拒绝这份目录。", "The broker would refuse this catalogue as a whole.")
                    .text(in: language))
        }
        return lines.joined(separator: "\n")
    }
}

extension CatalogueDiff.Change {
    fileprivate func lines(in language: Language) -> [String] {
        var lines = ["  \(kind.rawValue) \(title.text(in: language))"]
        lines += details.map { "      \($0.text(in: language))" }
        let mark = isRefused ? Phrase("拒绝：", "REFUSED: ") : Phrase("", "")
        lines.append("      => " + (mark + effect).text(in: language))
        return lines
    }
}

extension CatalogueDiff.Area {
    fileprivate var title: Phrase {
        switch self {
        case .street: Phrase("街道", "Street")
        case .departments: Phrase("部门", "Departments")
        case .grids: Phrase("网格", "Grids")
        case .categories: Phrase("类别", "Categories")
        case .campaigns: Phrase("专项行动", "Campaigns")
        case .calendar: Phrase("工作日历", "Calendar")
        case .policy: Phrase("派遣与重试规则", "Policy")
        }
    }
}
