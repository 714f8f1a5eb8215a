package import ClientKit
import Foundation
package import GridCodec
import GridModel

/// Which calls somebody wants to see: the filters of `gridcall list`, as the fields of an address.
package struct CallFilter: Sendable {
    /// The fields of the form and of the address.
    package static let names: Set<String> = [
        "street", "department", "category", "grid", "campaign", "state", "open", "overdue", "text",
        "from", "to", "closed_from", "closed_to", "sort", "direction", "limit", "page", "bom",
    ]
    /// The words of the states of calls.
    package static let states = [
        "verifying", "filed", "working", "checking", "closed", "voided", "merged",
    ]
    /// The words to sort by.
    package static let sorts = ["filed", "closed", "due", "urgency"]
    /// Calls on a page that can be chosen.
    package static let limits = [25, 50, 100, 200]

    /// The question to the broker, for one page.
    package let query: WireListQuery

    /// Reads the fields; `names` finds the ids of what people call by name, days are those of
    /// `zone`. Throws `FormFields.Mistake`.
    package init(
        _ fields: FormFields, names: CatalogueNames, zone: LocalZone
    ) throws(FormFields.Mistake) {
        try fields.refuseOthers(than: Self.names)
        var query = WireListQuery()
        query.department = try Self.id(.department, fields["department"], "department", names)
        query.category = try Self.id(.category, fields["category"], "category", names)
        query.grid = try Self.id(.grid, fields["grid"], "grid", names)
        query.campaign = try Self.id(.campaign, fields["campaign"], "campaign", names)
        query.state = try Self.choice(fields, "state", Self.states) ?? ""
        query.openOnly = try Self.choice(fields, "open", ["1"]) != nil
        query.overdueOnly = try Self.choice(fields, "overdue", ["1"]) != nil
        query.text = fields["text"] ?? ""
        query.filedFrom = try Self.bound(fields, "from")?.start(in: zone).milliseconds ?? 0
        query.filedUntil = try Self.bound(fields, "to")?.end(in: zone).milliseconds ?? 0
        query.closedFrom = try Self.bound(fields, "closed_from")?.start(in: zone).milliseconds ?? 0
        query.closedUntil = try Self.bound(fields, "closed_to")?.end(in: zone).milliseconds ?? 0
        try Self.order(fields, &query)
        query.limit = try Self.limit(fields)
        query.page = try Self.page(fields)
        query.count = true
        self.query = query
    }

    /// As `gridcall list --sort` has it: the newest first, but the nearest due time and the most
    /// urgent.
    private static func order(
        _ fields: FormFields, _ query: inout WireListQuery
    ) throws(FormFields.Mistake) {
        let sort = try choice(fields, "sort", sorts)
        let direction = try choice(fields, "direction", ["asc", "desc"])
        switch sort {
        case "closed": query.order = .byClosed
        case "due": query.order = .byDue
        case "urgency": query.order = .byUrgency
        case "filed": query.order = .byFiled
        default: query.order = direction == nil ? .unspecified : .byFiled
        }
        let isNewestFirst = sort == "filed" || sort == "closed"
        query.descending = direction.map { $0 == "desc" } ?? isNewestFirst
    }

    private static func id(
        _ kind: CatalogueNames.Kind, _ text: String?, _ field: String, _ names: CatalogueNames
    ) throws(FormFields.Mistake) -> String {
        guard let text else { return "" }
        if DeclaredID.isValid(text) { return text }
        if let id = names.id(kind, named: text) { return id }
        let code: RefusalCode =
            switch kind {
            case .department: .unknownDepartment
            case .category: .unknownCategory
            case .grid: .unknownGrid
            case .campaign: .unknownCampaign
            }
        throw FormFields.Mistake(
            code, field,
            Phrase(
                chinese: "没有这个标识或名称，或不止一个",
                english: "there is no such id or name, or more than one"))
    }

    private static func choice(
        _ fields: FormFields, _ name: String, _ words: [String]
    ) throws(FormFields.Mistake) -> String? {
        guard let text = fields[name] else { return nil }
        guard words.contains(text) else {
            let all = words.joined(separator: ", ")
            throw FormFields.Mistake(
                .valueOutOfRange, name,
                Phrase(chinese: "须为 \(all) 之一", english: "it is one of \(all)"))
        }
        return text
    }

    private static func bound(
        _ fields: FormFields, _ name: String
    ) throws(FormFields.Mistake) -> TimeBound? {
        guard let text = fields[name] else { return nil }
        guard let bound = TimeBound(parsing: text) else {
            throw FormFields.Mistake(
                .valueOutOfRange, name,
                Phrase(
                    chinese: "须为日期（2026-11-23）或带时差的时间（2026-11-23T18:00:00+08:00）",
                    english: "it is a day (2026-11-23) or a time with its offset "
                        + "(2026-11-23T18:00:00+08:00)"))
        }
        return bound
    }

    private static func limit(_ fields: FormFields) throws(FormFields.Mistake) -> UInt32 {
        guard let text = fields["limit"] else { return UInt32(ListCommand.defaultLimit) }
        guard let limit = UInt32(text), (1...500).contains(limit) else {
            throw FormFields.Mistake(
                .valueOutOfRange, "limit", Phrase(chinese: "为 1 至 500", english: "it is 1 to 500"))
        }
        return limit
    }

    private static func page(_ fields: FormFields) throws(FormFields.Mistake) -> Data {
        guard let text = fields["page"] else { return Data() }
        guard let page = PageText.page(text), !page.isEmpty else {
            throw FormFields.Mistake(
                .valueOutOfRange, "page",
                Phrase(
                    chinese: "不是上一页给出的值", english: "it is not what the page before gave"))
        }
        return page
    }
}
