import ClientKit
import GridCodec
import GridModel

/// The form of the filters: sent by GET, so that what is shown has an address.
struct CallsForm {
    private let context: PageContext
    private let catalogue: WireCatalogueReply

    init(_ context: PageContext) {
        self.context = context
        catalogue = Self.merged(context.streets.map(\.broker.catalogue))
    }

    var markup: Markup {
        """
        <form class="card" action="/calls" method="get" role="search" \
        aria-label="\(context("筛选案卷", "Filter calls"))">
        \(street)<div class="filters">
        <label class="wide">\(context("描述或地址中有", "In description or address"))\
        <input type="search" name="text" maxlength="200"\
         value="\(context.fields["text"] ?? "")"></label>
        \(choice("department", context("部门", "Department"), options(catalogue.departments)))
        \(choice("category", context("类别", "Category"), options(catalogue.categories)))
        \(choice("grid", context("网格", "Grid"), options(catalogue.grids)))
        \(choice("campaign", context("专项行动", "Campaign"), options(catalogue.campaigns)))
        \(choice("state", context("状态", "State"), states))
        \(day("from", context("立案自", "Filed from")))
        \(day("to", context("立案至", "Filed to")))
        \(day("closed_from", context("结束自", "Ended from")))
        \(day("closed_to", context("结束至", "Ended to")))
        \(choice("sort", context("排序", "Sort by"), sorts, any: newest))
        \(choice("limit", context("每页", "On a page"), limits, any: "50"))
        \(check("open", context("只看在办", "Open only")))
        \(check("overdue", context("只看超期", "Overdue only")))
        <div class="actions"><button type="submit">\(context("筛选", "Filter"))</button>
        <a href="\(clear)">\(context("清除", "Clear"))</a></div>
        </div></form>
        """
    }

    private var clear: String {
        "/calls" + FormFields().with([("street", context.chosen)]).suffix
    }

    private var street: Markup {
        guard let chosen = context.chosen else { return .none }
        return "<input type=\"hidden\" name=\"street\" value=\"\(chosen)\">"
    }

    private var states: [(String, String)] {
        let presentation = Presentation(zone: .utc, language: context.language)
        return CallFilter.states.map { ($0, presentation.word($0)) }
    }

    private var newest: String { context("立案，最新在前", "Filed, newest first") }

    private var sorts: [(String, String)] {
        [
            ("closed", context("结束，最近在前", "Ended, latest first")),
            ("due", context("时限，最近在前", "Due, nearest first")),
            ("urgency", context("紧急程度", "Urgency")),
        ]
    }

    private var limits: [(String, String)] {
        CallFilter.limits.filter { $0 != ListCommand.defaultLimit }.map { ("\($0)", "\($0)") }
    }

    private func options(_ list: [WireNamedID]) -> [(String, String)] {
        list.map {
            ($0.id, context.language.name(chinese: $0.chinese, english: $0.english, id: $0.id))
        }
    }

    private func choice(
        _ name: String, _ title: String, _ values: [(String, String)], any: String? = nil
    ) -> Markup {
        let chosen = context.fields[name]
        // What was typed into the address, a name say, must not be lost when the form is sent.
        let known = values.contains { $0.0 == chosen }
        let other = chosen.flatMap { known ? nil : ($0, $0) }
        let options = (values + [other].compactMap(\.self)).map { value, text -> Markup in
            "<option value=\"\(value)\"\("selected", if: value == chosen)>\(text)</option>"
        }
        return """
            <label>\(title)<select name="\(name)"><option value="">\
            \(any ?? context("全部", "Any"))</option>\(options)</select></label>
            """
    }

    private func day(_ name: String, _ title: String) -> Markup {
        let value = context.fields[name] ?? ""
        // A time with its offset fits no field for days.
        let type = value.isEmpty || value.utf8.count == 10 ? "date" : "text"
        return """
            <label>\(title)<input type="\(type)" name="\(name)" value="\(value)"></label>
            """
    }

    private func check(_ name: String, _ title: String) -> Markup {
        """
        <label class="check"><input type="checkbox" name="\(name)" value="1"\
        \("checked", if: context.fields[name] != nil)>\(title)</label>
        """
    }

    /// What all streets that are shown declare, each id once.
    private static func merged(_ catalogues: [WireCatalogueReply]) -> WireCatalogueReply {
        var all = WireCatalogueReply()
        for catalogue in catalogues {
            all.departments += catalogue.departments
            all.grids += catalogue.grids
            all.categories += catalogue.categories
            all.campaigns += catalogue.campaigns
        }
        guard catalogues.count > 1 else { return all }
        all.departments = once(all.departments)
        all.grids = once(all.grids)
        all.categories = once(all.categories)
        all.campaigns = once(all.campaigns)
        return all
    }

    private static func once(_ list: [WireNamedID]) -> [WireNamedID] {
        var seen: Set<String> = []
        return list.filter { seen.insert($0.id).inserted }
    }
}
