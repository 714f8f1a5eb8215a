import GridCodec
import GridModel
import SwiftProtobuf
import Testing

@testable import GridSession

/// What a session does when the broker has had enough for the moment.
@Suite("PeerSession: patience")
struct PatienceTests {
    @Test("What the broker dropped because it asked for too much is sent again after its time")
    func rateExceeded() {
        var harness = SessionHarness.ready()
        harness.submit([1, 2])
        harness.receive(
            .error(
                .with {
                    $0.code = UInt32(RefusalCode.rateExceeded.rawValue)
                    $0.kind = UInt32(MessageKind.submit.rawValue)
                }))
        guard case .postponed(let items, let code) = harness.events.first else {
            Issue.record("not postponed: \(harness.events)")
            return
        }
        #expect(harness.events.count == 1)
        #expect(items == 2 && code == UInt32(RefusalCode.rateExceeded.rawValue))
        harness.advance(5_000)
        #expect(harness.submitted == [[1, 2]])
    }

    @Test("A query refused because answers wait unread is asked again")
    func tooMuchUnread() {
        var harness = SessionHarness.ready()
        let query = WireQueryItem.with {
            $0.correlation = 7
            $0.stats = WireStatsQuery()
        }
        harness.session.enqueue(Parcel(query))
        harness.step()
        harness.receive(
            .queryReply(
                .with {
                    $0.items = [
                        .with {
                            $0.correlation = 7
                            $0.refused.code = UInt32(RefusalCode.tooMuchUnread.rawValue)
                        }
                    ]
                }))
        #expect(harness.session.unconfirmedCount == 1)
        harness.advance(5_000)
        #expect(harness.sent.contains { if case .query = $0 { true } else { false } })
    }
}
