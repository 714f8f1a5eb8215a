import ArgumentParser
import ClientKit
import GridCodec
import GridModel

/// `gridcall submit`
struct SubmitLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: told("立案一个呼叫，输出案卷号", "File a call and print its case number."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    @Option(help: .told("是什么：类别的标识或名称", "What it is: a category, by id or name."))
    var category = ""
    @Option(help: .told("在哪里：网格的标识或名称", "Where it is: a grid, by id or name."))
    var grid = ""
    @Option(help: .told("看到了什么", "What was seen."))
    var description = ""
    @Option(help: .told("具体地址", "Where exactly."))
    var address = ""
    @Option(
        help: .told("立案条件（默认：类别的第一个）", "The filing condition. (default: the category's first)"))
    var condition = ""
    @Option(
        help: .told(
            "所属专项行动（默认：按目录规则）",
            "The campaign it belongs to. (default: by the catalogue's rules)"))
    var campaign = ""
    @Option(
        help: .told(
            "emergency 特急、urgent 紧急或 ordinary 一般（默认：按类别）",
            "emergency, urgent or ordinary. (default: the category's)"))
    var urgency: UrgencyArgument?
    @Option(
        help: .told(
            "何时看到：2026-11-23T17:18:28+08:00（默认：现在）",
            "When it was seen: 2026-11-23T17:18:28+08:00. (default: now)"))
    var observedAt: ObservedTime?
    @Option(help: .told("北纬度数，WGS 84", "Degrees north, WGS 84."))
    var latitude: Double?
    @Option(help: .told("东经度数，WGS 84", "Degrees east, WGS 84."))
    var longitude: Double?
    @Option(help: .told("报告人", "Who reports it."))
    var reporter = ""
    @Option(help: .told("联系方式", "How to reach them."))
    var contact = ""
    @Option(
        help: .told(
            "呼叫的标识，用于重试（默认：新的）", "The call's id, to repeat an attempt. (default: a new one)"))
    var id: CallIDArgument?
    @Option(
        help: .told(
            "与此在办案卷重复：案卷号、它的一部分或标识（离线时须用标识）",
            "An open call that this one repeats: its case number, a part of it, or its id "
                + "(offline, its id)."),
        transform: CallReference.argument)
    var link: CallReference?
    @Flag(
        help: .told("不询问、不提示可能的重复", "Neither ask about nor mention possible duplicates."))
    var anyway = false
    @Flag(help: .told("跟踪各部门进度直到结案", "Follow the call until it is closed."))
    var wait = false

    func validate() throws {
        if (latitude == nil) != (longitude == nil) {
            throw ValidationError(
                told("--latitude 与 --longitude 须同时给出", "--latitude and --longitude go together"))
        }
        if link != nil, anyway {
            throw ValidationError(
                told("--link 与 --anyway 只能给出一个", "give either --link or --anyway"))
        }
    }

    func run() throws {
        let command = SubmitCommand(
            item, id: id?.value ?? TimeOrderedID.make(), isRepeat: id != nil,
            duplicates: anyway ? .anyway : link.map { .link($0) } ?? .ask, waits: wait,
            format: format.output)
        try connection.run(command, before: root.connection, bom: format.bom)
    }

    private var item: WireSubmitItem {
        var item = WireSubmitItem()
        item.category = category
        item.grid = grid
        item.condition = condition
        item.campaign = campaign
        item.urgency = urgency?.wire ?? .unspecified
        item.observedAt = observedAt?.value.milliseconds ?? 0
        item.texts.description_p = description
        item.texts.address = address
        item.texts.reporter = reporter
        item.texts.contact = contact
        if let latitude, let longitude {
            item.coordinates.latitude = latitude
            item.coordinates.longitude = longitude
        }
        return item
    }
}

/// `gridcall track`
struct TrackLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "track",
        abstract: told("讲述一个案卷：各部门、时限和步骤", "Tell the story of a call: its parts, clocks and steps.")
    )

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    @Argument(
        help: .told("案卷：案卷号、它的一部分或标识", "The call: its case number, a part of it, or its id."),
        transform: CallReference.argument)
    var call: CallReference

    func run() throws {
        try connection.run(
            TrackCommand(call, format: format.output), before: root.connection, bom: format.bom)
    }
}
