/// One thing that can happen next.
package enum Step: String, CaseIterable, Sendable {
    case deliver, tickPeer, turn, appendOn, archiveOn, readTexts, wait
    case submit, submitAgain, submitClash, meddle, repeatCommand
    case synchronizeHead, synchronizeArchive
    case changeCatalogue
    case leap, jumpWall, cut, stallPeer, resumePeer, crashPeer, startPeer, drainWorker
    case killBroker, powerFails, startBroker, loseArchive
}

/// How often what happens in a run.
///
/// Every seed draws its own: some runs are calm, some know one fault only and that often, some all
/// of them. Rare combinations come up sooner than with one mix for all (swarm testing, Groce and
/// others, 2012).
struct FaultPlan {
    /// Shares of the steps, in the order of `Step.allCases`.
    let weights: [Int]
    /// Of a thousand pieces of work, how many are returned and how many fail.
    let returns: Int
    let failures: Int
    /// The longest work.
    let workMilliseconds: Int
    /// Calls a run submits at most.
    let calls: Int

    /// Draws a plan; what is left out never happens, and the seed's other numbers stay as they are.
    init(_ random: inout Randomness, without: Set<Step> = []) {
        var weights: [Int] = []
        for step in Step.allCases {
            let (usual, isFault) = Self.usual(step)
            if isFault {
                weights.append(random.chance(perMille: 350) ? 0 : usual * (1 + random.below(3)))
            } else {
                weights.append(usual * (2 + random.below(5)))
            }
        }
        self.weights = zip(Step.allCases, weights).map { without.contains($0) ? 0 : $1 }
        returns = random.pick([0, 30, 150])
        failures = random.pick([0, 50, 300])
        workMilliseconds = random.pick([50, 500, 4_000, 30_000])
        calls = random.pick([10, 40, 100])
    }

    /// Draws the next step.
    func next(_ random: inout Randomness) -> Step {
        var left = random.below(weights.reduce(0, +))
        for (step, weight) in zip(Step.allCases, weights) {
            if left < weight { return step }
            left -= weight
        }
        preconditionFailure("the weights add up")
    }

    private static func usual(_ step: Step) -> (weight: Int, isFault: Bool) {
        switch step {
        case .deliver: (90, false)
        case .tickPeer: (30, false)
        case .turn: (60, false)
        case .appendOn: (60, false)
        case .archiveOn, .readTexts: (15, false)
        case .wait: (40, false)
        case .submit: (8, false)
        case .startBroker, .startPeer, .resumePeer: (15, false)
        case .synchronizeHead, .synchronizeArchive: (2, false)
        case .submitAgain: (4, true)
        case .meddle: (8, true)
        case .submitClash, .repeatCommand: (2, true)
        case .changeCatalogue: (2, true)
        case .leap: (3, true)
        case .jumpWall: (1, true)
        case .cut: (4, true)
        case .stallPeer, .crashPeer: (2, true)
        case .drainWorker: (1, true)
        case .killBroker, .powerFails: (1, true)
        case .loseArchive: (1, true)
        }
    }
}
