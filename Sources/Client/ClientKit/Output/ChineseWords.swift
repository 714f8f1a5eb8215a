/// The Chinese of the protocol's words: those of docs/protocol.md, which the field uses.
///
/// A word of a later broker that is not here is shown as it is.
enum ChineseWords {
    /// States, roles and urgencies.
    static let states = [
        "verifying": "核实", "filed": "立案", "working": "处置中", "checking": "核查", "closed": "结案",
        "voided": "作废", "merged": "并案",
        "queued": "待派遣", "dispatched": "派遣", "delivered": "送达", "accepted": "签收", "arrived": "到场",
        "underReview": "法制审核", "completed": "已处置", "returned": "退回", "withdrawn": "撤回",
        "stuck": "滞留",
        "lead": "主办", "assist": "协办", "emergency": "特急", "urgent": "紧急", "ordinary": "一般",
    ]

    /// What happened to a call, by the names of facts.
    static let steps = [
        "callFiled": "立案", "callVerified": "核实", "stageBegan": "阶段开始", "checkOpened": "开始核查",
        "checkDecided": "核查结果", "callClosed": "结案", "callVoided": "作废", "callMerged": "并案",
        "callUnmerged": "撤销并案", "commandDecided": "操作指令", "assignmentQueued": "待派遣",
        "assignmentDispatched": "派遣", "assignmentDelivered": "送达", "assignmentAccepted": "签收",
        "assignmentArrived": "到场", "assignmentReleased": "收回", "assignmentStuck": "滞留",
        "assignmentCompleted": "已处置", "assignmentReturned": "退回", "assignmentWithdrawn": "撤回",
        "assignmentRedispatched": "改派", "assignmentRequeued": "重新排队", "assignmentReworked": "返工",
        "measuresProposed": "拟定措施", "proposalReviewed": "法制审核", "extensionRequested": "申请延期",
        "extensionDecided": "延期审批", "assignmentSuspended": "挂账", "assignmentResumed": "恢复计时",
        "deadlineWarned": "时限预警", "deadlineMissed": "超期", "deadlineRevised": "时限调整",
        "supervisionOpened": "督办", "supervisionReplied": "督办回复",
        "leadTaken": "承担主办", "mergeSettled": "并案了结", "reportScheduled": "安排报告",
        "reportFiled": "提交报告", "duplicateReported": "疑似重复",
        "erasureRequested": "申请删除", "personalDataErased": "文字已删除",
    ]

    /// What clocks measure.
    static let clocks = [
        "dispatch": "派遣", "accept": "签收", "arrive": "到场", "resolve": "处置", "check": "核查",
        "review": "法制审核", "reply": "督办回复", "reportDue": "报告",
    ]

    /// Why work was taken back.
    static let causes = ["leaseEnded": "处置端失联", "failed": "处置失败", "gaveBack": "处置端交还"]

    /// What a reviewer decided on a proposal.
    static let verdicts = [
        "approved": "同意", "corrected": "退回修改", "rejected": "不同意", "bypassed": "紧急先行",
    ]

    /// What workers were ordered.
    static let orders = ["work": "接活", "quiet": "暂停接活", "drain": "收尾退出"]
}
