"""Tests of gridcall_peer.Peer against a broker played by the test itself: python3 -m unittest.

The clock is the test's, so nothing waits; frames travel over inproc.
"""

import tempfile
import unittest
import uuid

import zmq

from gridcall_peer import Peer, Refused, checked_text, new_id
from gridcall_wire import Kind, MalformedFrame, decode, encode, wire

ANSWER_MILLISECONDS = 2000


def welcome(**fields):
    """A Welcome with small limits, so that they can be reached."""
    limits = wire.Limits(
        frame_bytes=4096, list_items=10, description_bytes=1000, text_bytes=512, window=25
    )
    times = {"heartbeat_ms": 2000, "dead_ms": 10000, "resend_ms": 5000, "lease_ms": 30000}
    return wire.Welcome(version=1, limits=limits, **times, **fields)


class PeerTests(unittest.TestCase):
    """What docs/protocol.md asks of a peer."""

    def setUp(self):
        self.now = 1000.0
        self.context = zmq.Context()
        self.router = self.context.socket(zmq.ROUTER)
        self.router.setsockopt(zmq.LINGER, 0)
        self.endpoint = f"inproc://{uuid.uuid4()}"
        self.router.bind(self.endpoint)
        self.peers = []

    def tearDown(self):
        for peer in self.peers:
            peer.close()
        self.router.close()
        self.context.destroy(linger=0)

    def peer(self, role=wire.TERMINAL, **arguments):
        """A new peer of the played broker."""
        hello = wire.Hello(role=role, department="urban" if role == wire.WORKER else "", credit=4)
        peer = Peer(
            self.endpoint, hello, context=self.context, clock=lambda: self.now, **arguments
        )
        self.peers.append(peer)
        return peer

    def expect(self, kind):
        """The body of the next frame, which must be of this kind, and who sent it."""
        self.assertTrue(self.router.poll(ANSWER_MILLISECONDS), f"no {kind.name} came")
        routing_id, frame = self.router.recv_multipart()
        got, body = decode(frame)
        self.assertEqual(got, kind)
        return routing_id, body

    def expect_nothing(self):
        """Nothing more was sent."""
        self.assertFalse(self.router.poll(50))

    def answer(self, peer, routing_id, kind, body):
        """Sends a frame to the peer and lets it step once."""
        self.router.send_multipart([routing_id, encode(kind, body)])
        return peer.step(ANSWER_MILLISECONDS / 1000)

    def greeted(self, peer, **fields):
        """Lets the peer say Hello and welcomes it."""
        peer.step(0)
        routing_id, hello = self.expect(Kind.HELLO)
        events = self.answer(peer, routing_id, Kind.WELCOME, welcome(**fields))
        return routing_id, hello, events

    def call(self):
        """A call to submit."""
        return wire.SubmitItem(id=new_id(), category="litter", grid="g1")

    def worker_with_claim(self):
        """A greeted worker with one assignment in hand."""
        peer = self.peer(wire.WORKER)
        routing_id, _, _ = self.greeted(peer)
        claim = wire.Claim(epoch=1, assignment=64, attempt=1)
        events = self.answer(
            peer, routing_id, Kind.ASSIGN, wire.Assign(items=[wire.AssignItem(claim=claim)])
        )
        self.assertEqual([kind for kind, _ in events], [Kind.ASSIGN])
        return peer, routing_id, claim

    def test_nothing_but_hello_leaves_before_the_welcome(self):
        peer = self.peer()
        peer.submit(self.call())
        peer.step(0)
        routing_id, hello = self.expect(Kind.HELLO)
        self.assertEqual(len(hello.session), 16)
        self.expect_nothing()
        self.answer(peer, routing_id, Kind.WELCOME, welcome())
        self.expect(Kind.SUBMIT)

    def test_an_unanswered_item_is_sent_again_after_the_resend_time(self):
        peer = self.peer()
        self.greeted(peer)
        call = self.call()
        peer.submit(call)
        peer.step(0)
        self.expect(Kind.SUBMIT)
        self.now += 1.9
        peer.step(0)
        self.expect_nothing()
        self.now += 3.1
        peer.step(0)
        self.expect(Kind.HEARTBEAT)
        _, again = self.expect(Kind.SUBMIT)
        self.assertEqual(list(again.items), [call])

    def test_an_answered_item_is_not_sent_again(self):
        peer = self.peer()
        routing_id, _, _ = self.greeted(peer)
        call = self.call()
        peer.submit(call)
        peer.step(0)
        self.expect(Kind.SUBMIT)
        receipt = wire.Receipt(items=[wire.ReceiptItem(id=call.id, filed=wire.FiledCall())])
        self.assertEqual(len(self.answer(peer, routing_id, Kind.RECEIPT, receipt)), 1)
        self.assertEqual(self.answer(peer, routing_id, Kind.RECEIPT, receipt), [])
        self.assertEqual(peer.unanswered, 0)

    def test_an_item_refused_for_now_is_kept(self):
        peer = self.peer()
        routing_id, _, _ = self.greeted(peer)
        call = self.call()
        peer.submit(call)
        peer.step(0)
        self.expect(Kind.SUBMIT)
        item = wire.ReceiptItem(id=call.id, refused=wire.Refusal(code=400))
        receipt = wire.Receipt(items=[item])
        self.assertEqual(self.answer(peer, routing_id, Kind.RECEIPT, receipt), [])
        self.assertEqual(peer.unanswered, 1)

    def test_hello_required_leads_to_hello_under_the_same_session_and_all_again(self):
        peer = self.peer()
        routing_id, first, _ = self.greeted(peer)
        peer.submit(self.call())
        peer.step(0)
        self.expect(Kind.SUBMIT)
        self.answer(peer, routing_id, Kind.ERROR, wire.Error(code=7))
        _, second = self.expect(Kind.HELLO)
        self.assertEqual(second.session, first.session)
        self.answer(peer, routing_id, Kind.WELCOME, welcome())
        self.expect(Kind.SUBMIT)

    def test_silence_for_the_dead_time_leads_to_a_new_connection(self):
        peer = self.peer()
        routing_id, _, _ = self.greeted(peer)
        self.now += 10.1
        peer.step(0)
        self.now += 0.2
        peer.step(0)
        new_routing_id, _ = self.expect(Kind.HELLO)
        self.assertNotEqual(new_routing_id, routing_id)

    def test_lists_and_window_are_kept(self):
        peer = self.peer()
        self.greeted(peer)
        for _ in range(40):
            peer.submit(self.call())
        peer.step(0)
        sizes = [len(self.expect(Kind.SUBMIT)[1].items) for _ in range(3)]
        self.assertEqual(sizes, [10, 10, 5])
        self.expect_nothing()

    def test_a_frame_stays_below_its_limit(self):
        peer = self.peer()
        self.greeted(peer)
        for _ in range(8):
            call = self.call()
            call.texts.description = "x" * 1000
            peer.submit(call)
        peer.step(0)
        count = 0
        while count < 8:
            self.assertTrue(self.router.poll(ANSWER_MILLISECONDS))
            frame = self.router.recv_multipart()[1]
            self.assertLessEqual(len(frame), 4096)
            count += len(decode(frame)[1].items)

    def test_a_claim_is_listed_until_its_outcome_is_answered(self):
        peer, routing_id, claim = self.worker_with_claim()
        peer.outcome(claim, wire.COMPLETED)
        peer.step(0)
        self.expect(Kind.OUTCOME)
        self.now += 2
        peer.step(0)
        _, heartbeat = self.expect(Kind.HEARTBEAT)
        self.assertEqual(list(heartbeat.claims), [claim])
        receipt = wire.OutcomeReceipt(items=[wire.OutcomeReceiptItem(claim=claim)])
        self.answer(peer, routing_id, Kind.OUTCOME_RECEIPT, receipt)
        self.assertEqual(peer.claims_in_hand, {})

    def test_an_assignment_sent_again_is_not_begun_anew(self):
        peer, routing_id, claim = self.worker_with_claim()
        assign = wire.Assign(items=[wire.AssignItem(claim=claim)])
        self.assertEqual(self.answer(peer, routing_id, Kind.ASSIGN, assign), [])

    def test_hello_shows_the_claims_and_welcome_takes_lost_ones(self):
        peer, _, claim = self.worker_with_claim()
        peer.reconnect()
        self.now += 1
        answers = [wire.ClaimAnswer(claim=claim, kept=False)]
        _, hello, events = self.greeted(peer, claims=answers)
        self.assertEqual(list(hello.claims), [claim])
        self.assertEqual([kind for kind, _ in events], [Kind.WELCOME, Kind.WITHDRAW])
        self.assertEqual(peer.claims_in_hand, {})

    def test_a_claim_with_an_outcome_under_way_is_lost_only_by_its_receipt(self):
        peer, routing_id, claim = self.worker_with_claim()
        peer.outcome(claim, wire.COMPLETED)
        peer.step(0)
        self.expect(Kind.OUTCOME)
        self.answer(peer, routing_id, Kind.ERROR, wire.Error(code=7))
        self.expect(Kind.HELLO)
        answers = [wire.ClaimAnswer(claim=claim, kept=False)]
        events = self.answer(peer, routing_id, Kind.WELCOME, welcome(claims=answers))
        self.assertEqual([kind for kind, _ in events], [Kind.WELCOME])
        self.expect(Kind.OUTCOME)
        item = wire.OutcomeReceiptItem(claim=claim, repeated=True)
        receipt = wire.OutcomeReceipt(items=[item])
        self.assertEqual(len(self.answer(peer, routing_id, Kind.OUTCOME_RECEIPT, receipt)), 1)
        self.assertEqual(peer.claims_in_hand, {})

    def test_a_lost_claim_is_dropped_with_the_refused_outcome(self):
        peer, routing_id, claim = self.worker_with_claim()
        peer.outcome(claim, wire.COMPLETED)
        peer.step(0)
        item = wire.OutcomeReceiptItem(claim=claim, refused=wire.Refusal(code=201))
        receipt = wire.OutcomeReceipt(items=[item])
        self.assertEqual(len(self.answer(peer, routing_id, Kind.OUTCOME_RECEIPT, receipt)), 1)
        self.assertEqual(peer.claims_in_hand, {})

    def test_the_highest_tag_is_kept_over_a_restart(self):
        with tempfile.TemporaryDirectory() as folder:
            first = self.peer(tag_path=f"{folder}/tag")
            high = wire.Tag(epoch=2, seq=5, mac=b"m")
            routing_id, _, _ = self.greeted(first, tag=high)
            low = wire.Heartbeat(tag=wire.Tag(epoch=1, seq=9, mac=b"n"))
            self.answer(first, routing_id, Kind.HEARTBEAT, low)
            first.close()
            self.expect(Kind.GOODBYE)
            second = self.peer(tag_path=f"{folder}/tag")
            _, hello, _ = self.greeted(second)
            self.assertEqual(hello.highest_seen, high)
            second.close()

    def test_a_broker_that_is_behind_ends_the_peer(self):
        peer = self.peer()
        peer.step(0)
        routing_id, _ = self.expect(Kind.HELLO)
        with self.assertRaises(Refused) as caught:
            self.answer(peer, routing_id, Kind.ERROR, wire.Error(code=405, kind=1))
        self.assertEqual(caught.exception.error.code, 405)

    def test_what_cannot_be_read_is_dropped(self):
        peer = self.peer()
        routing_id, _, _ = self.greeted(peer)
        for frame in (b"", b"GC", b"GC\x01\x63", b"GC\x02\x02", b"XX\x01\x02", b"GC\x01\x06\xff"):
            with self.assertRaises(MalformedFrame):
                decode(frame)
            self.router.send_multipart([routing_id, frame])
            self.assertEqual(peer.step(ANSWER_MILLISECONDS / 1000), [])
        self.assertTrue(peer.is_welcome)


class TextTests(unittest.TestCase):
    """Texts are checked before they are sent."""

    def test_bytes_are_counted_not_characters(self):
        self.assertEqual(checked_text("网格", 6), "网格")
        with self.assertRaises(ValueError):
            checked_text("网格", 5)

    def test_control_characters_and_broken_text_are_refused(self):
        self.assertEqual(checked_text("a\tb\r\n", 10), "a\tb\r\n")
        for text in ("\0", "\x1b", "\x0b", "\ud800"):
            with self.assertRaises(ValueError):
                checked_text(text, 10)


if __name__ == "__main__":
    unittest.main()
