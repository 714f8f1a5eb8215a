import GridCodec
import GridModel

/// The first rows of an import as they would be filed, and what is wrong with the others.
struct ImportPreview {
    /// Rows that would be sent.
    private(set) var goodCount = 0
    private let presentation: Presentation
    private let encoding: FileEncoding
    private var table: TextTable
    private var tally = ImportTally()

    init(_ presentation: Presentation, encoding: FileEncoding) {
        self.presentation = presentation
        self.encoding = encoding
        let language = presentation.language
        table = TextTable(
            [TextTable.Column(language(chinese: "行", english: "line"), isNumber: true)]
                + [
                    Phrase(chinese: "发现时间", english: "observed at"),
                    Phrase(chinese: "类别", english: "category"),
                    Phrase(chinese: "立案条件", english: "condition"),
                    Phrase(chinese: "网格", english: "grid"),
                    Phrase(chinese: "紧急程度", english: "urgency"),
                    Phrase(chinese: "描述", english: "description"),
                    Phrase(chinese: "地址", english: "address"),
                ].map { TextTable.Column(language($0)) })
    }

    /// Takes a row that would be sent.
    mutating func add(_ item: ImportItem, isShown: Bool) {
        tally.noteRead()
        goodCount += 1
        guard isShown else { return }
        let call = item.call
        table.add([
            String(item.line), presentation.text(call.observedAt), call.category, call.condition,
            call.grid, presentation.word(call.urgency.word), call.texts.description_p,
            call.texts.address,
        ])
    }

    /// Takes a row that would be refused.
    mutating func add(_ problems: RowProblems) {
        tally.noteRead()
        tally.noteRefused(problems.list)
    }

    var exitStatus: ExitStatus { tally.exitStatus }

    var text: String {
        let language = presentation.language
        let counts = [
            (Phrase(chinese: "编码", english: "encoding"), encoding.name),
            (Phrase(chinese: "读取行数", english: "rows read"), "\(tally.read)"),
            (Phrase(chinese: "可以立案", english: "good"), "\(goodCount)"),
            (Phrase(chinese: "被拒绝", english: "refused"), "\(tally.refused)"),
        ].map { phrase, value in
            language(phrase).padded(toWidth: 12, atStart: false) + "\(value)\n"
        }
        let shown = goodCount > 0 ? table.rendered + "\n" : ""
        return shown + counts.joined() + tally.problemTable(in: language)
    }
}
