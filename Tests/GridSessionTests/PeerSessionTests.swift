import GridCodec
import GridModel
import SwiftProtobuf
import Testing

@testable import GridSession

@Suite("PeerSession: connecting")
struct PeerSessionConnectingTests {
    @Test("The first step connects and greets with who the peer is")
    func greets() throws {
        var harness = SessionHarness {
            $0.department = "urban"
            $0.credit = 8
            $0.highestSeen = tag(41)
        }
        harness.step()
        let hello = try #require(harness.hellos.first)
        #expect(harness.connects == 1 && harness.sent.count == 1)
        #expect(SessionID(data: hello.session) == SessionID(high: 1, low: 2))
        #expect(hello.department == "urban" && hello.credit == 8)
        #expect(hello.highestSeen == tag(41))
    }

    @Test("Nothing is sent before the Welcome, everything after it")
    func waitsForWelcome() {
        var harness = SessionHarness()
        harness.submit(1...3)
        #expect(harness.submitted.isEmpty)
        harness.receive(.welcome(WireWelcome()))
        #expect(harness.submitted == [[1, 2, 3]])
    }

    @Test("Hello is sent again after the resend time and the connection given up when dead")
    func repeatsHello() {
        var harness = SessionHarness()
        harness.step()
        harness.advance(4_999)
        #expect(harness.hellos.isEmpty)
        harness.advance(1)
        #expect(harness.hellos.count == 1 && harness.connects == 0)
        harness.advance(5_000)
        #expect(harness.retryWait != nil)
    }

    @Test("A silent broker is left after the dead time, not a millisecond before")
    func findsDeadBroker() {
        var harness = SessionHarness.ready()
        harness.advance(9_999)
        #expect(harness.retryWait == nil)
        harness.advance(1)
        #expect(harness.retryWait != nil && !harness.session.isReady)
    }

    @Test("Any frame shows that the broker lives")
    func hearsBroker() {
        var harness = SessionHarness.ready()
        harness.advance(9_000)
        harness.receive(.heartbeat(WireHeartbeat()))
        harness.advance(9_999)
        #expect(harness.session.isReady)
    }

    @Test(
        "After a reconnect the same session greets and sends everything unanswered again, in order")
    func resendsAfterReconnect() throws {
        var harness = SessionHarness.ready(window: 10)
        harness.submit(1...4)
        harness.receive(receipt([2]))
        harness.session.connectionLost(now: harness.now)
        harness.step()
        harness.advance(try #require(harness.retryWait))
        #expect(harness.connects == 1)
        #expect(harness.hellos.first?.session == SessionID(high: 1, low: 2).data)
        harness.submit([5])
        #expect(harness.submitted.isEmpty)
        harness.receive(.welcome(WireWelcome()))
        #expect(harness.submitted == [[1, 3, 4, 5]])
    }

    @Test("Frames of an old connection count for nothing")
    func ignoresOldConnection() {
        var harness = SessionHarness.ready()
        harness.submit([1])
        harness.session.connectionLost(now: harness.now)
        harness.step()
        harness.receive(receipt([1]))
        #expect(harness.receipts.isEmpty && harness.session.unconfirmedCount == 1)
    }

    @Test("A restarted broker asks for Hello: it comes at once, once, and all is sent again")
    func survivesRestart() {
        var harness = SessionHarness.ready()
        harness.submit(1...2)
        harness.receive(brokerError(.helloRequired))
        #expect(harness.hellos.count == 1 && harness.connects == 0)
        harness.receive(brokerError(.helloRequired))
        #expect(harness.hellos.isEmpty)
        harness.receive(.welcome(WireWelcome()))
        #expect(harness.submitted == [[1, 2]])
    }

    @Test(
        "A refused Hello is reported and tried again later",
        arguments: [RefusalCode.brokerBehind, .unsupportedVersion, .tooManySessions])
    func reportsRefusal(code: RefusalCode) {
        var harness = SessionHarness()
        harness.step()
        harness.receive(brokerError(code))
        let errors = harness.events.compactMap { event -> UInt32? in
            if case .brokerError(let error) = event { error.code } else { nil }
        }
        #expect(errors == [UInt32(code.rawValue)])
        #expect(harness.retryWait != nil)
    }

    @Test("Goodbye ends the session for good")
    func saysGoodbye() {
        var harness = SessionHarness.ready()
        let isSaid = harness.session.end(reason: "drained")
        harness.step()
        guard case .goodbye(let goodbye)? = harness.sent.first else {
            Issue.record("no Goodbye was sent")
            return
        }
        #expect(isSaid && goodbye.reason == "drained" && harness.session.nextDeadline == nil)
        harness.advance(100_000)
        #expect(harness.sent.isEmpty && harness.connects == 0)
    }

    @Test("There is no Goodbye without a reason, nor to a broker that gave no Welcome")
    func saysNoGoodbye() {
        var harness = SessionHarness.ready()
        let withoutReason = harness.session.end(reason: nil)
        harness = SessionHarness.ready()
        harness.session.connectionLost(now: 0)
        let withoutBroker = harness.session.end(reason: "drained")
        let again = harness.session.end(reason: "again")
        #expect([withoutReason, withoutBroker, again] == [false, false, false])
        harness.step()
        #expect(!harness.sent.contains { if case .goodbye = $0 { true } else { false } })
    }

    @Test("The broker's Goodbye is followed by a reconnect")
    func followsGoodbye() throws {
        var harness = SessionHarness.ready()
        harness.receive(.goodbye(WireGoodbye()))
        harness.advance(try #require(harness.retryWait))
        #expect(harness.connects == 1)
    }
}

@Suite("PeerSession: items")
struct PeerSessionItemTests {
    @Test("The window holds back what is above it", arguments: [(3, 3, 0), (4, 4, 0), (5, 4, 1)])
    func keepsWindow(items: UInt64, inFlight: Int, waiting: Int) {
        var harness = SessionHarness.ready(window: 4)
        harness.submit(1...items)
        #expect(harness.session.inFlightCount == inFlight)
        #expect(harness.session.unconfirmedCount - inFlight == waiting)
        harness.receive(receipt([1]))
        #expect(harness.submitted == (waiting == 1 ? [[5]] : []))
    }

    @Test("At window 1 an item leaves as soon as the one before is answered")
    func keepsWindowOne() {
        var harness = SessionHarness.ready(window: 1)
        harness.submit(1...3)
        #expect(harness.submitted == [[1]])
        harness.receive(receipt([1]))
        #expect(harness.submitted == [[2]])
        harness.receive(receipt([2]))
        #expect(harness.submitted == [[3]])
    }

    @Test("Lists are as long as allowed and no longer", arguments: [9, 10, 11] as [UInt64])
    func coalesces(items: UInt64) {
        var harness = SessionHarness.ready(window: 100, listItems: 10)
        harness.submit(1...items)
        #expect(harness.submitted.map(\.count) == (items == 11 ? [10, 1] : [Int(items)]))
        #expect(harness.submitted.flatMap(\.self) == Array(1...items))
    }

    @Test("Frames stay within frame_bytes, and an item that fits none is refused here")
    func keepsFrameBytes() {
        var harness = SessionHarness.ready(window: 100)
        harness.receive(brokerError(.helloRequired))
        harness.receive(.welcome(.with { $0.limits.frameBytes = 1_000 }))
        for number in 1...10 as ClosedRange<UInt64> {
            harness.session.enqueue(
                Parcel(call(number, description: String(repeating: "x", count: 300))))
        }
        harness.session.enqueue(Parcel(call(99, description: String(repeating: "x", count: 1_000))))
        harness.step()
        #expect(harness.submitted.map(\.count) == [3, 3, 3, 1])
        #expect(harness.receipts == [99])
        #expect(harness.session.unconfirmedCount == 10)
    }

    @Test("An unanswered item is sent again after the resend time, alone and in order")
    func resends() {
        var harness = SessionHarness.ready(window: 4)
        harness.submit(1...3)
        harness.receive(receipt([2]))
        harness.advance(2_000)
        harness.submit([4])
        harness.receive(.heartbeat(WireHeartbeat()))
        harness.advance(2_999)
        #expect(harness.submitted.isEmpty)
        harness.advance(1)
        #expect(harness.submitted == [[1, 3]])
        harness.advance(2_000)
        #expect(harness.submitted == [[4]])
    }

    @Test("Every deadline is announced")
    func announcesDeadlines() {
        var harness = SessionHarness.ready()
        harness.submit([1])
        #expect(harness.session.nextDeadline == harness.now + 2_000)
        harness.advance(2_000)
        harness.advance(2_000)
        #expect(harness.session.nextDeadline == harness.now + 1_000)
    }

    @Test("An answer counts once")
    func dropsRepeatedAnswers() {
        var harness = SessionHarness.ready()
        harness.submit([1])
        harness.receive(receipt([1]))
        #expect(harness.receipts == [1])
        harness.receive(receipt([1]))
        #expect(harness.receipts.isEmpty)
    }

    @Test("The same item handed over twice is sent once")
    func dedupsItems() {
        var harness = SessionHarness.ready()
        harness.submit([1, 1, 2])
        #expect(harness.submitted == [[1, 2]])
    }

    @Test(
        "A refusal that asks for patience leaves the item for the next resend",
        arguments: [
            UInt32(RefusalCode.tooManyOpenCalls.rawValue), 401, 406, 407, 410, 411,
            // Of a later version; its hundred says what to do.
            499,
        ])
    func postpones(code: UInt32) {
        var harness = SessionHarness.ready()
        harness.submit([1])
        harness.receive(
            .receipt(
                .with {
                    $0.items = [
                        .with {
                            $0.id = CallID(high: 7, low: 1).data
                            $0.refused.code = code
                        }
                    ]
                }))
        #expect(harness.receipts.isEmpty && harness.session.unconfirmedCount == 1)
        harness.advance(5_000)
        #expect(harness.submitted == [[1]])
    }

    @Test("An operator's order is told once, however many heartbeats repeat it")
    func tellsOrders() {
        var harness = SessionHarness.ready()
        var told: [WireWorkerOrder] = []
        for order in [.unspecified, .quiet, .quiet, .drain, .work] as [WireWorkerOrder] {
            harness.receive(.heartbeat(.with { $0.order = order }))
            for case .ordered(let order) in harness.events { told.append(order) }
        }
        #expect(told == [.quiet, .drain, .work])
    }

    @Test("The highest tag wins and is shown in the next Hello")
    func keepsHighestTag() {
        var harness = SessionHarness.ready { $0.highestSeen = tag(10) }
        var reported: [UInt64] = []
        for seq in [9, 12, 11, 12] as [UInt64] {
            harness.receive(receipt([], seq: seq))
            for case .tagAdvanced(let tag) in harness.events { reported.append(tag.seq) }
        }
        harness.receive(.heartbeat(.with { $0.tag = tag(1, epoch: 2) }))
        for case .tagAdvanced(let tag) in harness.events { reported.append(tag.seq) }
        #expect(reported == [12, 1])
        harness.receive(brokerError(.helloRequired))
        #expect(harness.hellos.first?.highestSeen == tag(1, epoch: 2))
    }

    @Test("Random work over a lossy link ends with every item answered once", arguments: 0..<200)
    func drains(seed: UInt64) {
        var randomness = SplitMix64(state: seed)
        var harness = SessionHarness.ready(window: 1 + UInt32(seed % 7), listItems: 3)
        var answered: [UInt64] = []
        var turn: UInt64 = 0
        while answered.count < 60, turn < 4_000 {
            turn += 1
            if turn <= 60 { harness.submit([turn]) } else { harness.advance(97) }
            answered += harness.receipts
            let isLossy = turn < 1_000
            for message in harness.sent {
                if isLossy, Int.random(in: 0..<3, using: &randomness) == 0 { continue }
                switch message {
                case .hello: harness.hear(.welcome(WireWelcome()))
                case .submit(let submit):
                    let numbers = submit.items.map { CallID(data: $0.id)?.low ?? 0 }
                    harness.hear(receipt(numbers))
                case .heartbeat:
                    harness.hear(.heartbeat(WireHeartbeat()))
                default: Issue.record("unexpected message \(message)")
                }
            }
            if isLossy, Int.random(in: 0..<40, using: &randomness) == 0 {
                harness.session.connectionLost(now: harness.now)
            }
        }
        #expect(answered.sorted() == Array(1...60))
        #expect(harness.session.unconfirmedCount == 0)
    }
}

@Suite("PeerSession: claims")
struct PeerSessionClaimTests {
    @Test("Heartbeats list every claim in hand and the credit")
    func listsClaims() {
        var harness = SessionHarness.ready { $0.credit = 5 }
        harness.receive(assign(claim(9), claim(3)))
        harness.advance(2_000)
        #expect(harness.heartbeats.map { $0.claims.map(\.model) } == [[claim(3), claim(9)]])
        #expect(harness.heartbeats.first?.credit == 5)
        harness.session.setCredit(0)
        harness.step()
        #expect(harness.heartbeats.first?.credit == 0)
    }

    @Test("An assignment already in hand is dropped")
    func dropsRepeatedAssign() {
        var harness = SessionHarness.ready()
        harness.receive(assign(claim(1)))
        harness.receive(assign(claim(1), claim(2)))
        #expect(harness.assigned == [claim(2)])
    }

    @Test("A newer attempt replaces the claim, an older one is dropped")
    func replacesClaim() {
        var harness = SessionHarness.ready()
        harness.receive(assign(claim(1, attempt: 2)))
        harness.receive(assign(claim(1, attempt: 3)))
        #expect(harness.assigned == [claim(1, attempt: 3)])
        #expect(harness.claimsLost == [claim(1, attempt: 2)])
        harness.receive(assign(claim(1, attempt: 2)))
        #expect(harness.assigned.isEmpty)
        #expect(harness.session.claimsHeld == [claim(1, attempt: 3)])
    }

    @Test("A claim is in hand until its outcome has its receipt")
    func holdsUntilReceipt() {
        var harness = SessionHarness.ready()
        harness.receive(assign(claim(1)))
        harness.session.enqueue(outcome(claim(1)))
        harness.step()
        #expect(harness.session.claimsHeld == [claim(1)])
        harness.receive(outcomeReceipt(claim(1)))
        #expect(harness.session.claimsHeld.isEmpty && harness.session.unconfirmedCount == 0)
    }

    @Test(
        "A refused outcome ends the claim only if it is lost",
        arguments: [(RefusalCode.claimLost, 0), (.reasonRequired, 1)])
    func refusedOutcome(code: RefusalCode, held: Int) {
        var harness = SessionHarness.ready()
        harness.receive(assign(claim(1)))
        harness.session.enqueue(outcome(claim(1)))
        harness.step()
        harness.receive(outcomeReceipt(claim(1), refused: code))
        #expect(harness.session.claimsHeld.count == held)
    }

    @Test("Hello lists the claims; those not kept are lost unless an outcome is under way")
    func asksAboutClaims() {
        var harness = SessionHarness.ready()
        harness.receive(assign(claim(1), claim(2), claim(3)))
        harness.session.enqueue(outcome(claim(2)))
        harness.step()
        harness.receive(brokerError(.helloRequired))
        #expect(harness.hellos.first?.claims.map(\.model) == [claim(1), claim(2), claim(3)])
        harness.receive(
            .welcome(
                .with {
                    $0.claims = ([1, 2, 3] as [UInt64]).map { number in
                        .with {
                            $0.claim = WireClaim(claim(number))
                            $0.kept = number == 3
                        }
                    }
                }))
        #expect(harness.claimsLost == [claim(1)])
        #expect(harness.session.claimsHeld == [claim(2), claim(3)])
    }

    @Test("A withdrawn claim is dropped, one with an outcome under way waits for its receipt")
    func withdraws() {
        var harness = SessionHarness.ready()
        harness.receive(assign(claim(1), claim(2)))
        harness.session.enqueue(outcome(claim(2)))
        harness.receive(
            .withdraw(
                .with {
                    $0.items = ([1, 2] as [UInt64]).map { number in
                        .with { $0.claim = WireClaim(claim(number)) }
                    }
                }))
        #expect(harness.session.claimsHeld == [claim(2)])
        harness.receive(outcomeReceipt(claim(2), refused: .claimLost))
        #expect(harness.session.claimsHeld.isEmpty)
    }

    @Test("A step goes before the outcome it leads to, and giving back ends the claim")
    func ordersSteps() {
        var harness = SessionHarness.ready()
        harness.receive(assign(claim(1), claim(2)))
        harness.session.enqueue(outcome(claim(1)))
        for (number, step) in [(1, WireProgressStep.accept), (2, .giveBack)] {
            harness.session.enqueue(
                Parcel(
                    WireProgressItem.with {
                        $0.claim = WireClaim(claim(UInt64(number)))
                        $0.step = step
                    }))
        }
        harness.step()
        guard case .progress(let progress)? = harness.sent.first else {
            Issue.record("progress was not sent first")
            return
        }
        #expect(progress.items.map(\.step) == [.accept, .giveBack])
        harness.receive(
            .outcomeReceipt(
                .with {
                    $0.items = [
                        .with {
                            $0.claim = WireClaim(claim(2))
                            $0.step = .giveBack
                        }
                    ]
                }))
        #expect(harness.session.claimsHeld == [claim(1)])
    }
}

@Suite("Backoff")
struct BackoffTests {
    @Test("Waits double from 100 ms to 5 s within 20 %, for any seed", arguments: 0..<500)
    func staysInBounds(seed: UInt64) {
        var backoff = Backoff(firstMilliseconds: 100, maximumMilliseconds: 5_000, seed: seed)
        for base in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000] as [Int64] {
            #expect((base * 4 / 5...base * 6 / 5).contains(backoff.next()))
        }
        backoff.reset()
        #expect((80...120).contains(backoff.next()))
    }

    @Test("Seeds differ, and a seed repeats itself")
    func isSeeded() {
        func waits(_ seed: UInt64) -> [Int64] {
            var backoff = Backoff(firstMilliseconds: 100, maximumMilliseconds: 5_000, seed: seed)
            return (0..<8).map { _ in backoff.next() }
        }
        #expect(waits(1) == waits(1))
        #expect(Set((0..<50).map { waits($0) }).count > 45)
    }
}
