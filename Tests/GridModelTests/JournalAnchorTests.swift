import GridModel
import Testing

@Suite struct JournalAnchorTests {
    private static func link(_ seq: UInt64) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: seq &* 37 &+ UInt64($0)) }
    }

    private static func anchor(_ seq: UInt64, epoch: UInt32 = 1, link: [UInt8]? = nil)
        -> JournalAnchor
    {
        JournalAnchor(
            journal: Array(Self.link(1).prefix(JournalAnchor.journalBytes)), epoch: epoch, seq: seq,
            facts: seq * 3, at: Timestamp(milliseconds: 1_790_000_000_000),
            link: link ?? Self.link(seq))
    }

    /// A journal of `last` batches, the second epoch from batch `restored` on.
    private static func check(
        _ anchors: [JournalAnchor], last: UInt64, restored: UInt64 = .max
    ) -> [AnchorCheck.Finding] {
        var check = AnchorCheck(anchors)
        for seq in stride(from: UInt64(1), through: last, by: 1) {
            let isLater = seq >= restored
            check.pass(
                seq: seq, epoch: isLater ? 900 : 1, facts: seq * 3,
                link: isLater ? link(seq + 1_000) : link(seq))
        }
        return check.findings.map(\.finding)
    }

    @Test("A line is read as it was written, with other spaces and capitals too")
    func line() throws {
        let anchor = Self.anchor(40)
        let text = anchor.text
        #expect(JournalAnchor(parsing: text) == anchor)
        let typed = "  " + text.replacing(" ", with: "   ").replacing("-", with: "") + "\n"
        #expect(
            JournalAnchor(parsing: typed.replacing("gridcallanchor", with: "gridcall-anchor"))
                == anchor)
        #expect(JournalAnchor.all(in: "On paper:\n\(text)\n\(Self.anchor(50).text)\n")?.count == 2)
        #expect(JournalAnchor.all(in: "nothing") == nil)
    }

    @Test("The check is that of docs/audit.md")
    func documented() {
        // As Python's zlib.crc32 gives it for the same line.
        let text =
            "gridcall-anchor 1 0f656871e06f8d66 1 3 7 1795898876908 f545dc11-09e2f49f-26bad547-"
            + "0d477fd9-349df57a-7025e0d9-7e3e8e2a-c5a3b070 50b642bc"
        #expect(JournalAnchor(parsing: text)?.text == text)
    }

    @Test("Whatever character is mistyped, it is no anchor")
    func mistyped() {
        let text = Array(Self.anchor(40).text)
        for index in text.indices where text[index] != " " && text[index] != "-" {
            var typed = text
            typed[index] = text[index] == "7" ? "1" : "7"
            #expect(JournalAnchor(parsing: String(typed)) == nil, "\(String(typed))")
        }
    }

    @Test("What became of a journal is told apart")
    func findings() {
        let (early, late) = (Self.anchor(10), Self.anchor(40))
        #expect(Self.check([late, early], last: 40) == [.fits, .fits])
        #expect(Self.check([early, late], last: 39) == [.fits, .cutOff(last: 39)])
        #expect(Self.check([early], last: 0) == [.cutOff(last: 0)])
        let changed = Self.anchor(40, link: Self.link(41))
        #expect(Self.check([early, changed], last: 60) == [.fits, .differs(fits: 10)])
        #expect(
            Self.check([early, late], last: 60, restored: 31)
                == [.fits, .restored(kept: 30, epoch: 900)])
        // Restored, and not yet as long again as it was.
        #expect(
            Self.check([early, late], last: 35, restored: 31)
                == [.fits, .restored(kept: 30, epoch: 900)])
        var other = early
        other.journal = [1, 2, 3, 4, 5, 6, 7, 8]
        other.link = Self.link(7)
        #expect(Self.check([other], last: 60) == [.otherJournal])
    }
}
