import GridCodec
import GridModel

/// How a run's calls arrive.
enum Arrivals: CaseIterable {
    /// As in a street: now and then one, and quiet times between.
    case street
    /// Steadily, a few at once.
    case steady
    /// All at once, more than fit the windows.
    case flood
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
    let arrivals: Arrivals
    /// Calls a run submits at most.
    let calls: Int
    /// What the broker enforces: the limits of design, or ones that are soon reached.
    let limits: ProtocolLimits
    /// Whether people ask for erasures: in half of the runs, drawn apart from all else.
    let erases: Bool

    /// Draws a plan; what is left out never happens, and the seed's other numbers stay as they are.
    init(_ random: inout Randomness, seed: UInt64, without: Set<Step> = []) {
        var apart = Randomness(seed: seed ^ Self.erasureSalt)
        erases = apart.chance(perMille: 500)
        var weights: [Int] = []
        for step in Step.allCases {
            let (usual, isFault) = step.usualWeight
            if isFault {
                weights.append(random.chance(perMille: 350) ? 0 : usual * (1 + random.below(3)))
            } else {
                weights.append(usual * (2 + random.below(5)))
            }
        }
        let erasures = erases ? Step.erasureWeights : [:]
        self.weights = zip(Step.allCases, weights).map {
            without.contains($0) ? 0 : erasures[$0] ?? $1
        }
        returns = random.pick([0, 30, 150])
        failures = random.pick([0, 50, 300])
        let usualWork = random.pick([50, 500, 4_000, 30_000])
        let usualCalls = random.pick([10, 40, 100])
        let floodCalls = random.pick([150, 150, 300, 1_500])
        arrivals = random.pick([.street, .steady, .steady, .steady, .steady, .steady, .flood])
        let isFlood = arrivals == .flood
        // Six workers do not get through a flood of long work in any time worth simulating.
        workMilliseconds = isFlood ? min(usualWork, 500) : usualWork
        calls = isFlood ? floodCalls : usualCalls
        let isSmall = random.chance(perMille: 250)
        var limits = ProtocolLimits()
        if isSmall { limits = Self.smallLimits(openCalls: calls / 4 + 3, &random) }
        // The two who erase take no other's place.
        if erases { limits.sessions += 2 }
        self.limits = limits
    }

    private static let erasureSalt: UInt64 = 0x6572_6173

    /// Draws the next step.
    func next(_ random: inout Randomness) -> Step {
        var left = random.below(max(1, weights.reduce(0, +)))
        for (step, weight) in zip(Step.allCases, weights) {
            if left < weight { return step }
            left -= weight
        }
        return .wait
    }

    /// Calls that a terminal submits at once, at most.
    var burst: Int {
        switch arrivals {
        case .street: 1
        case .steady: 4
        case .flood: calls
        }
    }

    private static func smallLimits(
        openCalls: Int, _ random: inout Randomness
    ) -> ProtocolLimits {
        var limits = ProtocolLimits()
        limits.openCalls = openCalls
        limits.window = random.pick([2, 5, 16])
        limits.sessions = random.pick([11, 14])
        limits.workPerSecond = random.pick([5_000, 50_000])
        return limits
    }
}
