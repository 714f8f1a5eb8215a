import ArgumentParser
import ClientKit
import GridCodec

/// `gridcall campaigns`
struct CampaignsLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaigns",
        abstract: told(
            "显示专项行动及其进度；开始、延长或关闭一个",
            "Show the campaigns and how far they are; open, extend or close one."),
        subcommands: [
            CampaignShowLine.self, CampaignOpenLine.self, CampaignExtendLine.self,
            CampaignCloseLine.self,
        ])

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions

    func run() throws {
        try connection.run(
            CampaignsCommand(format: format.output), before: root.connection, bom: format.bom)
    }
}

/// `gridcall campaigns show`
struct CampaignShowLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: told(
            "显示一个专项行动：时间、目标、整改率、结案率、前后对比和总结",
            "Show one campaign: its window, targets, rates, effect and closing summary."))

    @ParentCommand var campaigns: CampaignsLine
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: FormatOptions
    @Argument(help: .campaign) var campaign: String

    func run() throws {
        try connection.run(
            CampaignCommand(campaign, format: format.output),
            before: campaigns.root.connection, bom: format.bom)
    }
}

/// `gridcall campaigns open`
struct CampaignOpenLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: told(
            "现在就开始一个专项行动，不论目录中的时间", "Begin a campaign now, whatever the catalogue says."))

    @ParentCommand var campaigns: CampaignsLine
    @OptionGroup var street: StreetCommandOptions
    @Argument(help: .campaign) var campaign: String
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { campaigns.root }
    var command: PersonCommand { .openCampaign(campaign) }
}

/// `gridcall campaigns extend`
struct CampaignExtendLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "extend",
        abstract: told("推迟专项行动的结束时间", "Move the end of a campaign later."))

    @ParentCommand var campaigns: CampaignsLine
    @OptionGroup var street: StreetCommandOptions
    @Argument(help: .campaign) var campaign: String
    @Option(
        help: ArgumentHelp(
            told(
                "新的结束时间；只给日期则包含当天", "The new end; a day given alone belongs to the campaign."),
            valueName: "date"),
        transform: TimeBound.argument)
    var until: TimeBound
    @Option(help: .why) var reason: String

    var root: GridCall { campaigns.root }
    var command: PersonCommand { .extendCampaign(campaign, until: until) }
}

/// `gridcall campaigns close`
struct CampaignCloseLine: PersonLine {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: told("关闭专项行动并写明总结", "Close a campaign with a summary."))

    @ParentCommand var campaigns: CampaignsLine
    @OptionGroup var street: StreetCommandOptions
    @Argument(help: .campaign) var campaign: String
    @Option(help: .told("行动总结", "What the campaign came to.")) var summary: String

    var root: GridCall { campaigns.root }
    var reason: String { summary }
    var command: PersonCommand { .closeCampaign(campaign) }
}

extension ArgumentHelp {
    /// Of a campaign.
    fileprivate static var campaign: ArgumentHelp {
        .told("专项行动（标识或名称）", "The campaign, by id or name.")
    }
}

extension TimeBound {
    /// A day or a time on the command line.
    static func argument(_ text: String) throws -> TimeBound {
        guard let bound = TimeBound(parsing: text) else {
            throw ValidationError(
                told(
                    "\(text) 既不是日期（2026-11-23），也不是带时差的时间（2026-11-23T18:00:00+08:00）",
                    "\(text) is neither a day (2026-11-23) nor a time with offset "
                        + "(2026-11-23T18:00:00+08:00)"))
        }
        return bound
    }
}
