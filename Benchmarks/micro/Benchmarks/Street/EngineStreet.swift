import Benchmark
import BrokerEngine
import GridModel
import HotPath

/// An engine with one worker, without codec and journal.
final class EngineStreet {
    private var engine = Engine(record: Record())
    private var worker = SessionHandle.none
    private var seq: UInt64 = 1
    private var milliseconds: Int64 = 1_000
    private var number: UInt64 = 0
    private var effects: [Effect] = []

    init() {
        engine.start(at: moment)
        engine.beginBatch(seq)
        turn {
            engine.beginEpoch(1)
            engine.handle(.adopt(HotPathCall.catalogue))
            engine.handle(
                .hello(
                    PeerIntroduction(
                        session: SessionID(high: 9, low: 1), role: .worker, name: "worker",
                        department: HotPathCall.department, credit: callsPerRound)))
        }
        for case .welcome(let session, _) in effects { worker = session }
    }

    /// As many calls as a round has are filed, handed out and closed.
    func round() {
        turn {
            for _ in 0..<callsPerRound {
                number += 1
                engine.handle(.submit(.none, Self.submission(number), old: nil))
            }
        }
        var claims: [Claim] = []
        for case .assign(_, let slot) in effects { claims.append(engine.claim(slot)) }
        guard claims.count == callsPerRound else {
            fatalError("\(claims.count) calls are handed out")
        }
        turn {
            // As the core says for every message: a silent worker's session ends.
            engine.heard(worker)
            for claim in claims {
                let report = OutcomeReport(claim: claim, result: .completed)
                engine.handle(.outcome(worker, report, old: nil))
            }
        }
        engine.forget(engine.ended(upTo: seq, limit: callsPerRound))
    }

    private static func submission(_ number: UInt64) -> Submission {
        Submission(
            id: CallID(high: 1, low: number &* 0x9E37_79B9_7F4A_7C15),
            contentDigest: UniqueID(high: 7, low: number), category: HotPathCall.category,
            grid: HotPathCall.grid, observedAt: Timestamp(milliseconds: HotPathCall.observedAt))
    }

    private func turn(_ body: () -> Void) {
        milliseconds += 20
        engine.begin(at: moment)
        body()
        engine.end()
        effects.removeAll(keepingCapacity: true)
        engine.takeEffects(into: &effects)
        blackHole(engine.takeFacts())
        seq += 1
        engine.beginBatch(seq)
    }

    private var moment: Moment {
        Moment(
            wall: Timestamp(milliseconds: HotPathCall.observedAt + milliseconds),
            monotonicNanoseconds: UInt64(milliseconds) * 1_000_000)
    }
}
