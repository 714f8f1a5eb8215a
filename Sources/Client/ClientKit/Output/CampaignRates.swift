package import GridCodec
package import GridModel

/// The rates of a campaign, of all its calls since it was declared.
package struct CampaignRates: Sendable {
    /// Of the calls found, those that every department has done its part of (整改率).
    package let rectification: Rate
    /// Of the calls found, those closed (结案率).
    package let closing: Rate
    /// Of the calls closed or past a due time, those closed in time (按期结案率): what is open and
    /// overdue stays in the denominator, or waiting would improve the rate.
    package let closingOnTime: Rate

    /// The rates of `campaign`.
    package init(_ campaign: WireCampaignView) {
        rectification = Self.rectification(campaign.rectified, of: campaign.found)
        closing = Self.closing(campaign.closed, of: campaign.found)
        closingOnTime = Rate(
            name: Phrase(chinese: "按期结案率", english: "on-time closing rate"),
            formula: Phrase(
                chinese: "按期结案 ÷（结案 + 超期未结）", english: "closed on time ÷ (closed + open overdue)"),
            numerator: campaign.closedOnTime,
            denominator: campaign.closed.saturatingAdd(campaign.overdue))
    }

    /// All three, in the order they are shown in.
    package var all: [Rate] { [rectification, closing, closingOnTime] }

    /// Of the calls found, those that every department has done its part of.
    package static func rectification(_ rectified: UInt64, of found: UInt64) -> Rate {
        Rate(
            name: Phrase(chinese: "整改率", english: "rectification rate"),
            formula: Phrase(chinese: "整改 ÷ 发现", english: "rectified ÷ found"),
            numerator: rectified, denominator: found)
    }

    static func closing(_ closed: UInt64, of found: UInt64) -> Rate {
        Rate(
            name: Phrase(chinese: "结案率", english: "closing rate"),
            formula: Phrase(chinese: "结案 ÷ 发现", english: "closed ÷ found"),
            numerator: closed, denominator: found)
    }

    /// How each is computed, in one line for people.
    package static var legend: Phrase {
        let rates = CampaignRates(WireCampaignView()).all
        return Phrase(
            chinese: rates.map { $0.name.chinese + " = " + $0.formula.chinese }
                .joined(separator: "；") + "（自专项行动立项以来的全部案卷）",
            english: rates.map { $0.name.english + " = " + $0.formula.english }
                .joined(separator: "; ") + " (all calls of the campaign so far)")
    }

    /// With stable keys.
    var json: JSONValue {
        .object([
            .init("rectification", rectification.json), .init("closing", closing.json),
            .init("closingOnTime", closingOnTime.json),
        ])
    }
}

extension WireCampaignState {
    /// The word of docs/protocol.md; empty if the broker does not say.
    package var word: String {
        switch self {
        case .planned: "planned"
        case .open: "open"
        case .ended: "ended"
        case .closed: "closed"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}

extension Presentation {
    /// Where a campaign stands, for people; empty if it is not known.
    package func state(_ state: WireCampaignState) -> String {
        guard language == .chinese else { return state.word }
        return switch state {
        case .planned: "未开始"
        case .open: "进行中"
        case .ended: "已到期"
        case .closed: "已总结"
        case .unspecified, .UNRECOGNIZED: ""
        }
    }
}
