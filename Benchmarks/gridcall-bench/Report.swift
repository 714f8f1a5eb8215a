import Foundation

/// The tables of `gridcall-bench quick`.
struct Report {
    let rows: [(window: Int, result: Comparison)]
    let syncs: SyncCount

    var markdown: String {
        """
        ## Throughput

        \(ProcessInfo.processInfo.activeProcessorCount) cores for terminal, broker and worker \
        together. A call is \(BenchCall.encodedBytes) bytes, durable before its receipt, and \
        counts once it is closed: submit, receipt, assign, outcome, receipt. The relay passes \
        list messages of the same sizes over the same hops and stores nothing.

        \(throughput)

        ## Durability and views

        \(durability)

        ## Where the processor time goes, µs for each closed call

        \(processors)
        """
    }

    private var throughput: String {
        table(
            [
                "window", "closed/s", "relay/s", "of relay", "receipt p50 ms", "p99 ms",
                "open at end",
            ],
            rows.map { window, result in
                let latency = result.street.receipts.latency
                return [
                    "\(window)", Self.whole(result.street.closedPerSecond),
                    result.relay.map { Self.whole($0.perSecond) } ?? "–",
                    result.ratio.map { String(format: "%.1f %%", $0 * 100) } ?? "–",
                    Self.milliseconds(latency["p50"]), Self.milliseconds(latency["p99"]),
                    Self.whole(Double(result.street.open)),
                ]
            })
    }

    private var durability: String {
        table(
            [
                "window", "batches/s", "calls/batch", "journal fdatasync/batch", "other files'",
                "views behind", "level after s", "closed/s until level", "views µs/call",
                "broker RSS MiB",
            ],
            rows.map { window, result in
                let street = result.street
                return [
                    "\(window)", Self.whole(Double(street.batches) / street.seconds),
                    String(format: "%.1f", street.callsPerBatch),
                    Self.perBatch(syncs.journalPerBatch[window]),
                    Self.perBatch(syncs.othersPerBatch[window]),
                    "\(street.viewsLagBatches) batches, "
                        + String(format: "%.2f s", street.viewsLagSeconds),
                    String(format: "%.2f", street.level.secondsAfterLoad),
                    Self.whole(street.level.closedPerSecond),
                    String(format: "%.2f", street.level.viewsMicroseconds),
                    Self.whole(Double(street.residentBytes) / 1_048_576),
                ]
            })
    }

    private var processors: String {
        let columns = ["loop", "journal", "views", "archive", "libzmq", "other"]
        return table(
            ["window"] + columns.map { "broker: \($0)" } + ["worker", "terminal", "cores busy"],
            rows.map { window, result in
                let street = result.street
                let threads = street.broker.byPart
                let all = street.broker.total + street.worker.total + street.terminal.total
                func perCall(_ seconds: Double) -> String {
                    String(format: "%.2f", seconds * 1e6 / Double(max(1, street.closed)))
                }
                return ["\(window)"] + columns.map { perCall(threads[$0] ?? 0) }
                    + [perCall(street.worker.total), perCall(street.terminal.total)]
                    + [String(format: "%.2f", all / street.seconds)]
            })
    }

    private func table(_ header: [String], _ rows: [[String]]) -> String {
        let rule = header.map { _ in "---:" }
        return ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }

    private static func whole(_ value: Double) -> String {
        var digits = String(Int(value.isFinite ? value.rounded() : 0))
        var end = digits.count - 3
        while end > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: end))
            end -= 3
        }
        return digits
    }

    private static func milliseconds(_ microseconds: UInt64?) -> String {
        String(format: "%.2f", Double(microseconds ?? 0) / 1_000)
    }

    private static func perBatch(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "no strace"
    }
}
