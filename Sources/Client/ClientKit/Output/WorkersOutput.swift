package import GridCodec
import GridModel

/// Writes who works for the departments.
package struct WorkersOutput: Sendable {
    private let workers: [WireWorkerView]
    private let presentation: Presentation

    /// The output of `workers`.
    package init(_ workers: [WireWorkerView], _ presentation: Presentation) {
        self.workers = workers
        self.presentation = presentation
    }

    /// Every worker, with stable keys.
    package var json: JSONValue {
        .object([.init("workers", .array(workers.map(json)))])
    }

    /// One line for each worker.
    package var table: String { rows.rendered(presentation.palette) }

    /// One row for each worker.
    package var csv: String { rows.csv }

    private var rows: TextTable {
        let isChinese = presentation.language == .chinese
        let columns = [
            TextTable.Column(isChinese ? "部门" : "department"),
            TextTable.Column(isChinese ? "名称" : "name"),
            TextTable.Column(isChinese ? "指令" : "order"),
            TextTable.Column(isChinese ? "在手" : "in hand", isNumber: true),
            TextTable.Column(isChinese ? "容量" : "credit", isNumber: true),
            TextTable.Column(isChinese ? "未联系" : "silent"),
            TextTable.Column(isChinese ? "网格" : "grids"),
            TextTable.Column(isChinese ? "类别" : "categories"),
            TextTable.Column(isChinese ? "会话" : "session"),
        ]
        var table = TextTable(columns)
        for worker in workers {
            let isHeldBack = worker.order == .quiet || worker.order == .drain
            table.add(cells(worker), inks: isHeldBack ? [2: .yellow] : [:])
        }
        return table
    }

    private func cells(_ worker: WireWorkerView) -> [String] {
        [
            presentation.name(.department, worker.department), worker.name,
            presentation.order(worker.order), String(worker.inHand), String(worker.credit),
            Words.duration(seconds: worker.silentSeconds, in: presentation.language),
            names(.grid, worker.grids), names(.category, worker.categories),
            worker.session.hexadecimal,
        ]
    }

    /// Only these; empty for all.
    private func names(_ kind: CatalogueNames.Kind, _ ids: [String]) -> String {
        ids.map { presentation.name(kind, $0) }
            .joined(separator: presentation(chinese: "，", english: ", "))
    }

    private func json(_ worker: WireWorkerView) -> JSONValue {
        .object([
            .init("session", .text(worker.session.hexadecimal)),
            .init("name", .optionalText(worker.name)),
            .init("department", .text(worker.department)),
            .init("credit", .count(worker.credit)),
            .init("inHand", .count(worker.inHand)),
            .init("silentSeconds", .number(worker.silentSeconds)),
            .init("order", .optionalText(worker.order.word)),
            .init("grids", .array(worker.grids.map { .text($0) })),
            .init("categories", .array(worker.categories.map { .text($0) })),
        ])
    }
}
