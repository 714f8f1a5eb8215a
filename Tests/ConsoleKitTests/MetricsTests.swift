import ConsoleKit
import GridCodec
import Testing

/// The text that monitoring systems read.
@Suite struct MetricsTests {
    @Test("samples of a metric stand together below its help and type, labels escaped")
    func format() {
        var text = MetricsText()
        text.add("a_total", .counter, "First.", labels: [("x", "1\"\\\n")], 1)
        text.add("b", .gauge, "Second.", 0.25)
        text.add("a_total", .counter, "First.", labels: [("x", "2")], 3_000_000_000)
        #expect(
            text.text == """
                # HELP a_total First.
                # TYPE a_total counter
                a_total{x="1\\"\\\\\\n"} 1
                a_total{x="2"} 3000000000
                # HELP b Second.
                # TYPE b gauge
                b 0.25

                """)
    }

    @Test("the numbers of a street are there under the names of the documents")
    func numbers() {
        let broker = Samples.broker(
            Samples.stats([Samples.department("urban", queued: 3, overdue: 1)]))
        let text = MetricsText(
            Samples.snapshot([broker]), console: ConsoleFigures(), queries: [.init()]
        ).text
        for line in [
            "gridcall_broker_up{street=\"gulou\",endpoint=\"tcp://127.0.0.1:5570\"} 1",
            "gridcall_calls_filed_total{street=\"gulou\"} 100",
            "gridcall_parts_queued{street=\"gulou\",department=\"urban\"} 3",
            "gridcall_parts_overdue{street=\"gulou\",department=\"urban\"} 1",
            "gridcall_dispatch_latency_seconds{street=\"gulou\",department=\"urban\","
                + "quantile=\"0.99\"} 0.002",
            "gridcall_dispatch_latency_seconds_count{street=\"gulou\",department=\"urban\"} 10",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
    }

    @Test("no sample comes twice, with two streets of one id and workers of one name")
    func unique() throws {
        var broker = Samples.broker(Samples.stats([Samples.department("urban")]))
        var worker = WireWorkerView()
        (worker.name, worker.department, worker.credit) = ("w", "urban", 2)
        var workers = WireWorkersReply()
        workers.workers = [worker, worker]
        broker.answered(.workers, .workers(workers), askedAt: 0, now: 1)
        let snapshot = Samples.snapshot([broker, broker])
        let text = MetricsText(
            snapshot, console: ConsoleFigures(), queries: [.init(), .init()]
        ).text
        let names = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: " ").first }
        #expect(names.count == Set(names).count)
        #expect(
            text.contains(
                "gridcall_worker_credit{street=\"gulou\",department=\"urban\",worker=\"w\"} 4"))
        #expect(text.contains("street=\"broker-2\""))
    }
}
