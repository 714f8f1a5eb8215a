import ClientKit
import ConsoleKit
import GridCodec
import GridModel
import Testing

/// Nothing from outside becomes markup.
@Suite struct MarkupTests {
    @Test(
        "texts are escaped, in content and in attributes",
        arguments: [
            ("<b>", "&lt;b&gt;"), ("a & b", "a &amp; b"), ("\"", "&quot;"), ("'", "&#39;"),
            ("垃圾 ok", "垃圾 ok"), ("one\ntwo\t", "one\ntwo\t"), ("\u{202E}x", "\\u{202E}x"),
            ("\u{0}", "\\u{0}"), ("\r", "\\u{D}"), ("&amp;", "&amp;amp;"),
        ])
    func escaping(text: String, html: String) {
        #expect(Markup(text: text).html == html)
        let put: Markup = "<a title=\"\(text)\">\(text)</a>"
        #expect(put.html == "<a title=\"\(html)\">\(html)</a>")
    }

    @Test("markup that was made here is put in as it is, numbers too")
    func nesting() {
        let inner: Markup = "<i>\("<")</i>"
        let outer: Markup = "<p>\(inner)\([inner, inner])\(7)\("checked", if: true)</p>"
        #expect(
            outer.html == "<p><i>&lt;</i><i>&lt;</i><i>&lt;</i>7 checked</p>")
        #expect([inner, inner].joined(separator: "<br>").html == "<i>&lt;</i><br><i>&lt;</i>")
    }

    @Test("a page of hostile texts has no tag, attribute or control of theirs")
    func hostilePages() throws {
        let hostile = Samples.hostile
        var department = Samples.department(hostile, queued: 1, stuck: 1)
        department.chinese = hostile
        department.english = hostile
        var campaign = WireCampaignView()
        (campaign.id, campaign.chinese, campaign.english) = (hostile, hostile, hostile)
        var stats = Samples.stats([department])
        stats.campaigns = [campaign]
        var broker = Samples.broker(stats, endpoint: hostile)
        var worker = WireWorkerView()
        (worker.name, worker.department) = (hostile, hostile)
        var workers = WireWorkersReply()
        workers.workers = [worker]
        broker.answered(.workers, .workers(workers), askedAt: 2_000, now: 2_001)
        let context = try Samples.context([broker])
        let pages = [
            NowPage(context).page, CampaignsPage(context).page,
            HealthPage(context, console: ConsoleFigures()).page,
            CallPage(call(hostile), context.streets[0], context).page,
            CallsPage(context, [.init(context.streets[0], .success(list(hostile)))]).page,
            ErrorPage(
                context, status: 400, code: "x", field: hostile, reason: Phrase(verbatim: hostile)
            ).page,
        ]
        for page in pages {
            #expect(!page.html.contains("<script>"))
            #expect(!page.html.contains("onload=\"&"))
            #expect(!page.html.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{0}" })
            #expect(page.html.contains("&lt;script&gt;"))
        }
    }

    private func call(_ text: String) -> WireCallView {
        var call = WireCallView()
        (call.caseNumber, call.state, call.category, call.grid) = (text, text, text, text)
        call.texts.description_p = text
        call.texts.address = text
        var part = WirePartView()
        (part.department, part.state, part.worker, part.reason) = (text, text, text, text)
        call.parts = [part]
        var step = WireStepView()
        (step.step, step.actor, step.detail) = (text, text, text)
        call.steps = [step]
        return call
    }

    private func list(_ text: String) -> WireListReply {
        var reply = WireListReply()
        reply.calls = [call(text)]
        return reply
    }
}
