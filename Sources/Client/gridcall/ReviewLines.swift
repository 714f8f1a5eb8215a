import ArgumentParser
import ClientKit

/// `gridcall review`
struct ReviewLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: told("法制审核：决定拟定的重大执法措施", "Legal review of major decisions."),
        discussion: told(
            "审核的是所看到的那一份措施：--proposal 为其摘要的前 8 位或更多，见 gridcall review list；措施变更后须重新审核。",
            """
            A verdict is on the very measures that were read: --proposal is the first 8 or more \
            digits of their digest, as review list and track show it. Changed measures need a new \
            review.
            """),
        subcommands: [
            ReviewListLine.self, ReviewApproveLine.self, ReviewCorrectLine.self,
            ReviewRejectLine.self, ReviewBypassLine.self,
        ])

    @ParentCommand var root: GridCall
}

/// What every verdict has: the proposal that was read.
struct ProposalOptions: ParsableArguments {
    @Option(
        name: .customLong("proposal"),
        help: .told(
            "所审措施摘要的前 8 位或更多", "The first 8 or more digits of the proposal's digest."),
        transform: { text in
            guard let prefix = ProposalPrefix(text) else {
                throw ValidationError(
                    told(
                        "--proposal 为 8 至 64 位十六进制数字，见 review list",
                        "--proposal is 8 to 64 hexadecimal digits, as review list shows them"))
            }
            return prefix
        })
    var prefix: ProposalPrefix
}

/// `gridcall review approve`
struct ReviewApproveLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: told("审核通过", "Approve the measures."))

    @ParentCommand var parent: ReviewLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @OptionGroup var proposal: ProposalOptions
    @Option(help: .whyIfGiven) var reason = ""

    var root: GridCall { parent.root }
    var command: PersonCommand { .review(whole.call, part.choice, .approve, proposal.prefix) }
}

/// `gridcall review correct`
struct ReviewCorrectLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "correct",
        abstract: told("要求修改后重新提出", "Have the measures changed and proposed again."))

    @ParentCommand var parent: ReviewLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @OptionGroup var proposal: ProposalOptions
    @Option(help: .told("须修改什么", "What is to be changed.")) var reason: String

    var root: GridCall { parent.root }
    var command: PersonCommand { .review(whole.call, part.choice, .correct, proposal.prefix) }
}

/// `gridcall review reject`
struct ReviewRejectLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: told("审核不通过", "Reject the measures."))

    @ParentCommand var parent: ReviewLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @OptionGroup var proposal: ProposalOptions
    @Option(help: .why) var reason: String

    var root: GridCall { parent.root }
    var command: PersonCommand { .review(whole.call, part.choice, .reject, proposal.prefix) }
}

/// `gridcall review bypass`
struct ReviewBypassLine: CallLine {
    static let configuration = CommandConfiguration(
        commandName: "bypass",
        abstract: told(
            "紧急情况下由另一值班员负责放行，记录在案",
            "Let the measures through in an emergency; a second person answers for it."))

    @ParentCommand var parent: ReviewLine
    @OptionGroup var street: StreetCommandOptions
    @OptionGroup var whole: CallCommandOptions
    @OptionGroup var part: PartCommandOptions
    @OptionGroup var proposal: ProposalOptions
    @Option(help: .why) var reason: String

    var root: GridCall { parent.root }
    var command: PersonCommand {
        .bypass(whole.call, part.choice, proposal.prefix)
    }
}
