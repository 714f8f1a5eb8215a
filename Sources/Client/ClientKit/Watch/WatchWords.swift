import GridModel

/// Words for what only `gridcall watch` shows: facts that are of no call.
enum WatchWords {
    /// What happened, by the names of facts; those of calls are in `Presentation.step`.
    static let kinds: [String: Phrase] = [
        "turnBegan": Phrase(chinese: "新的时刻", english: "time went on"),
        "epochBegan": Phrase(chinese: "新的纪元", english: "epoch began"),
        "catalogueAdopted": Phrase(chinese: "启用目录", english: "catalogue adopted"),
        "actorNamed": Phrase(chinese: "新的办理者", english: "actor named"),
        "queuePaused": Phrase(chinese: "暂停派遣", english: "queue paused"),
        "queueResumed": Phrase(chinese: "恢复派遣", english: "queue resumed"),
        "campaignOpened": Phrase(chinese: "专项行动启动", english: "campaign opened"),
        "campaignExtended": Phrase(chinese: "专项行动延期", english: "campaign extended"),
        "campaignClosed": Phrase(chinese: "专项行动结束", english: "campaign closed"),
        "activityRecorded": Phrase(chinese: "记录活动", english: "activity recorded"),
        "accessRefused": Phrase(chinese: "拒绝访问", english: "access refused"),
        "workerDirected": Phrase(chinese: "调度处置端", english: "worker directed"),
        "clockJumped": Phrase(chinese: "时钟跳变", english: "clock jumped"),
        "clockConfirmed": Phrase(chinese: "时钟已确认", english: "clock confirmed"),
    ]

    /// Deadlines whose keys are no names of clocks.
    static let clocks: [String: Phrase] = [
        "due": Phrase(chinese: "报告", english: "report"),
        "step": Phrase(chinese: "当前环节", english: "this step"),
        "deadline": Phrase(chinese: "新", english: "now"),
    ]

    /// Kinds of activities.
    static let activities: [String: Phrase] = [
        "outreach": Phrase(chinese: "宣传", english: "outreach"),
        "training": Phrase(chinese: "培训", english: "training"),
    ]
}

extension Presentation {
    /// What a worker was ordered, by the word of the fact.
    func order(word: String) -> String {
        language == .chinese ? ChineseWords.orders[word] ?? word : word
    }
}
