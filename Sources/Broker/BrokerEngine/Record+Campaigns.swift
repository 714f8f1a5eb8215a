import GridModel

extension Record {
    /// Applies the facts about campaigns.
    mutating func applyToCampaign(_ fact: Fact) {
        let now = now
        switch fact {
        case .campaignOpened(let campaign, let until, _, _):
            modifyWindow(campaign) { $0.open(at: now, until: until) }
        case .campaignExtended(let campaign, let until, _, _):
            modifyWindow(campaign) { $0.extend(until: until) }
        case .campaignClosed(let campaign, _, _): modifyWindow(campaign) { $0.close(at: now) }
        default: break
        }
    }

    private mutating func modifyWindow(
        _ campaign: UInt16, _ change: (inout CampaignWindow) -> Void
    ) {
        precondition(
            Int(campaign) < campaignWindows.count,
            "batch \(batchSeq): a fact names campaign \(campaign), which no catalogue declares")
        change(&campaignWindows[Int(campaign)])
    }

    /// Windows of a catalogue's campaigns; their symbols have numbers.
    mutating func declareWindows(_ catalogue: StreetCatalogue) {
        for campaign in catalogue.campaigns {
            guard let number = symbols.campaigns.number(of: campaign.id) else { continue }
            if Int(number) == campaignWindows.count {
                campaignWindows.append(
                    CampaignWindow(from: campaign.from, until: campaign.until))
            } else {
                campaignWindows[Int(number)].declare(from: campaign.from, until: campaign.until)
            }
        }
    }

    /// Every department of a call has done its part, or, with −1, has to do more after all.
    mutating func countRectified(_ call: Slot, by step: Int) {
        let campaign = calls[call].campaign
        if campaign != CallFiled.noCampaign { campaigns[Int(campaign)].rectified += step }
    }

    /// A call that is checked leaves for another state than closed.
    mutating func takeBackRectified(_ call: Slot) {
        if calls[call].state == .checking { countRectified(call, by: -1) }
    }

    /// A call ended as `state`, and has not left its slot.
    mutating func countEnd(of call: CallSlot, as state: CallState) {
        guard call.campaign != CallFiled.noCampaign else { return }
        let campaign = Int(call.campaign)
        switch state {
        case .closed:
            campaigns[campaign].closed += 1
            if call.state != .checking { campaigns[campaign].rectified += 1 }
            if !call.missedResolve { campaigns[campaign].closedOnTime += 1 }
        default:
            if call.state == .checking { campaigns[campaign].rectified -= 1 }
            if state == .voided { campaigns[campaign].voided += 1 }
        }
    }
}
