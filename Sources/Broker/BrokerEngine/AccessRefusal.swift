package import GridModel

/// Something that was refused for want of a right: a line of the access log.
///
/// A fact of its own, so that who tried what is provable; at most one for each actor, action and
/// code in a minute, lest refusals fill the journal. The next one counts those in between.
package struct AccessRefusal: Hashable, Sendable {
    /// Who tried; 0 for somebody without a known key.
    package var actor: ActorID
    package var action: Action
    package var code: RefusalCode
    /// How many more of the same there were since the last fact of them.
    package var unlisted: UInt32

    /// A refusal from its parts.
    package init(actor: ActorID, action: Action, code: RefusalCode, unlisted: UInt32) {
        self.actor = actor
        self.action = action
        self.code = code
        self.unlisted = unlisted
    }

    /// Who tried, as far as anybody knows.
    package enum Trier: Sendable {
        case session(SessionHandle)
        /// The holder of a known key, by name, without a session.
        case holder(String)
        /// Somebody without a known key.
        case stranger
    }

    /// What was tried; the numbers are the journal's and never change.
    package enum Action: UInt8, CaseIterable, Sendable {
        case connect = 1
        case submit = 2
        case progress = 3
        case outcome = 4
        case redispatch = 5
        case requeue = 6
        case withdraw = 7
        case void = 8
        case track = 9
        case list = 10
        case stats = 11
        case campaigns = 12
        case catalogue = 13
        case audit = 14
        case accept = 15
        case arrive = 16
        case propose = 17
        case complete = 18
        case `return` = 19
        case fail = 20
        case requestExtension = 21
        case suspend = 22
        case resume = 23
        case reply = 24
        case report = 25
        case check = 26
        case verify = 27
        case review = 28
        case bypass = 29
        case supervise = 30
        case decideExtension = 31
        case merge = 32
        case unmerge = 33
        case pauseQueue = 34
        case resumeQueue = 35
        case directWorker = 36
        case confirmClock = 37
        case tasks = 38
        case reviews = 39
        case workers = 40
        case similar = 41
        case openCampaign = 42
        case extendCampaign = 43
        case closeCampaign = 44
        case recordActivity = 45
        case campaign = 46
        case activities = 47
        case export = 48
        case duplicates = 49
        case requestErasure = 50
        case confirmErasure = 51
    }
}

/// Which refusals were listed lately.
struct RefusalLog: Sendable {
    private struct Kind: Hashable, Sendable {
        var actor: ActorID
        var action: AccessRefusal.Action
        var code: RefusalCode
    }

    private static let intervalMilliseconds: Int64 = 60_000
    /// More kinds than this are forgotten, oldest facts first by being listed again.
    private static let maximumKinds = 4_096

    private var kinds: [Kind: (listedAt: Int64, unlisted: UInt32)] = [:]

    /// Counts a refusal; returns the fact to list, if it is time for one.
    mutating func note(
        _ actor: ActorID, _ action: AccessRefusal.Action, _ code: RefusalCode, now: Int64
    ) -> AccessRefusal? {
        let kind = Kind(actor: actor, action: action, code: code)
        if let known = kinds[kind], now - known.listedAt < Self.intervalMilliseconds {
            kinds[kind]?.unlisted = known.unlisted &+ 1
            return nil
        }
        let unlisted = kinds[kind]?.unlisted ?? 0
        if kinds.count >= Self.maximumKinds, kinds[kind] == nil { kinds = [:] }
        kinds[kind] = (now, 0)
        return AccessRefusal(actor: actor, action: action, code: code, unlisted: unlisted)
    }
}
