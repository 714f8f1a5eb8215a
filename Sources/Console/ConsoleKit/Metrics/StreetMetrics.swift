import ClientKit
import GridCodec

extension MetricsText {
    /// Everything the console knows, under the names of docs/console.md.
    package init(_ snapshot: Snapshot, console: ConsoleFigures, queries: [BrokerWatch.Counts]) {
        self.init()
        for street in snapshot.streets { addBroker(street, now: snapshot.now) }
        for street in snapshot.streets { addCalls(street) }
        for street in snapshot.streets { addDepartments(street) }
        for street in snapshot.streets { addCampaigns(street) }
        for street in snapshot.streets { addWorkers(street) }
        addConsole(console, snapshot, queries)
    }

    private mutating func addBroker(_ street: Snapshot.Street, now: Int64) {
        let broker = street.broker
        let labels = [("street", street.key)]
        add(
            "gridcall_broker_up", .gauge, "Whether the console's session with the broker stands.",
            labels: labels + [("endpoint", broker.endpoint)], broker.connection.isUp ? 1 : 0)
        add(
            "gridcall_broker_reconnects_total", .counter,
            "How often the session was lost and found again.", labels: labels,
            Double(broker.reconnects))
        guard let stats = broker.stats else { return }
        add(
            "gridcall_broker_answer_age_seconds", .gauge,
            "How long ago the broker gave the figures below.", labels: labels,
            Double(max(0, now - broker.statsAt)) / 1_000)
        add(
            "gridcall_broker_answer_seconds", .gauge, "How long the broker took to give them.",
            labels: labels, Double(broker.answerMilliseconds) / 1_000)
        let gauges: [(String, String, UInt64)] = [
            ("sessions", "Sessions that are open.", stats.sessions),
            (
                "views_lag_batches", "Batches that the views have not taken in yet.",
                stats.viewsLagBatches
            ),
            (
                "clock_unconfirmed", "Whether the clock jumped and waits to be confirmed.",
                stats.clockUnconfirmed ? 1 : 0
            ),
        ]
        for (name, help, value) in gauges {
            add("gridcall_broker_" + name, .gauge, help, labels: labels, Double(value))
        }
        let counters: [(String, String, UInt64)] = [
            ("journal_batches", "Batches in the journal.", stats.journalBatches),
            ("submits_repeated", "Calls that were sent again.", stats.submitsRepeated),
            ("items_refused", "Items that were refused.", stats.itemsRefused),
            ("frames_refused", "Frames that were refused as a whole.", stats.framesRefused),
            ("outcomes_lost", "Outcomes under a claim that was lost.", stats.outcomesLost),
            ("frames_over_rate", "Frames dropped over a key's rate.", stats.framesOverRate),
            ("frames_unsent", "Frames to peers that read too slowly.", stats.framesUnsent),
            ("access_refused", "Refusals for want of a right.", stats.accessRefused),
        ]
        for (name, help, value) in counters {
            add("gridcall_broker_\(name)_total", .counter, help, labels: labels, Double(value))
        }
    }

    private mutating func addCalls(_ street: Snapshot.Street) {
        guard let stats = street.broker.stats else { return }
        let labels = [("street", street.key)]
        let counters: [(String, String, UInt64)] = [
            ("filed", "Calls filed.", stats.callsFiled),
            ("closed", "Calls closed.", stats.callsClosed),
            ("voided", "Calls voided.", stats.callsVoided),
            (
                "dispatched", "Calls of which a part was handed out.", stats.callsDispatched
            ),
            ("misdispatched", "Calls with a part that was returned.", stats.callsMisdispatched),
            ("passed_on", "Calls that were returned twice or more.", stats.callsPassedOn),
        ]
        for (name, help, value) in counters {
            add("gridcall_calls_\(name)_total", .counter, help, labels: labels, Double(value))
        }
        add(
            "gridcall_calls_open", .gauge, "Calls that are open.", labels: labels,
            Double(stats.callsOpen))
        add(
            "gridcall_calls_merged", .gauge, "Calls that are merged into another.",
            labels: labels, Double(stats.callsMerged))
    }

    private mutating func addDepartments(_ street: Snapshot.Street) {
        for department in street.broker.stats?.departments ?? [] {
            let labels = [("street", street.key), ("department", department.id)]
            let gauges: [(String, String, Double)] = [
                ("parts_queued", "Parts that wait for a worker.", Double(department.queued)),
                (
                    "parts_in_hand", "Parts that a worker or officers have.",
                    Double(department.inHand)
                ),
                ("parts_stuck", "Parts that wait for an operator.", Double(department.stuck)),
                (
                    "parts_overdue", "Open parts past their disposal limit.",
                    Double(department.overdue)
                ),
                ("workers", "Workers that are connected.", Double(department.workers)),
                (
                    "oldest_queued_seconds", "How long the oldest part has waited.",
                    department.oldestQueuedSeconds
                ),
                (
                    "queue_paused", "Whether an operator paused the queue.",
                    department.pausedUntil == 0 ? 0 : 1
                ),
            ]
            for (name, help, value) in gauges {
                add("gridcall_" + name, .gauge, help, labels: labels, value)
            }
            addCounters(department, labels)
            addLatency(
                "dispatch", "From when a part was ready to its hand-over.", department.dispatch,
                labels)
            addLatency("accept", "From hand-over to acceptance.", department.accept, labels)
            addLatency("resolve", "From queueing to completion.", department.resolve, labels)
        }
    }

    private mutating func addCounters(
        _ department: WireDepartmentView, _ labels: [(String, String)]
    ) {
        var counters: [(String, String, UInt64)] = [
            ("dispatched", "Parts handed out.", department.dispatched),
            ("accepted", "Parts accepted.", department.accepted),
            ("completed", "Parts completed.", department.completed),
            ("returned", "Parts returned.", department.returned),
        ]
        if department.hasReceived {
            counters.append(
                ("received", "Parts queued for it or reworked by it.", department.received))
        }
        for (name, help, value) in counters {
            add("gridcall_parts_\(name)_total", .counter, help, labels: labels, Double(value))
        }
    }

    private mutating func addLatency(
        _ name: String, _ help: String, _ latency: WireLatencyView, _ labels: [(String, String)]
    ) {
        let metric = "gridcall_\(name)_latency_seconds"
        if latency.count > 0 {
            let quantiles = [
                ("0.5", latency.p50), ("0.9", latency.p90), ("0.99", latency.p99),
                ("0.999", latency.p999),
            ]
            for (quantile, value) in quantiles {
                add(metric, .summary, help, labels: labels + [("quantile", quantile)], value)
            }
        }
        add(metric, .summary, help, suffix: "_count", labels: labels, Double(latency.count))
    }

    private mutating func addCampaigns(_ street: Snapshot.Street) {
        for campaign in street.broker.stats?.campaigns ?? [] {
            let labels = [("street", street.key), ("campaign", campaign.id)]
            let gauges: [(String, String, UInt64)] = [
                ("target", "Calls to be found; 0 without a target.", campaign.target),
                ("found", "Calls tied to the campaign.", campaign.found),
                (
                    "rectified", "Of them, those every department did its part of.",
                    campaign.rectified
                ),
                ("closed", "Of them, those closed.", campaign.closed),
                ("closed_on_time", "Of them, those closed in time.", campaign.closedOnTime),
                ("overdue", "Of them, the open ones past a limit.", campaign.overdue),
            ]
            for (name, help, value) in gauges {
                add("gridcall_campaign_" + name, .gauge, help, labels: labels, Double(value))
            }
        }
    }

    private mutating func addWorkers(_ street: Snapshot.Street) {
        // Workers of one name are counted together: a metric must not come twice.
        var sums: [[String]: (credit: Double, inHand: Double, silent: Double)] = [:]
        var order: [[String]] = []
        for worker in street.broker.workers {
            let key = [worker.department, worker.name]
            if sums[key] == nil { order.append(key) }
            let sum = sums[key] ?? (0, 0, 0)
            sums[key] = (
                sum.credit + Double(worker.credit), sum.inHand + Double(worker.inHand),
                max(sum.silent, worker.silentSeconds)
            )
        }
        for key in order {
            let labels = [("street", street.key), ("department", key[0]), ("worker", key[1])]
            let sum = sums[key] ?? (0, 0, 0)
            add(
                "gridcall_worker_credit", .gauge, "Parts the worker takes at once.",
                labels: labels, sum.credit)
            add(
                "gridcall_worker_in_hand", .gauge, "Parts the worker has.", labels: labels,
                sum.inHand)
            add(
                "gridcall_worker_silent_seconds", .gauge, "How long nothing was heard of it.",
                labels: labels, sum.silent)
        }
    }

    private mutating func addConsole(
        _ console: ConsoleFigures, _ snapshot: Snapshot, _ queries: [BrokerWatch.Counts]
    ) {
        add(
            "gridcall_console_info", .gauge, "The console's version.",
            labels: [("version", Terminal.version)], 1)
        add(
            "gridcall_console_uptime_seconds", .gauge, "How long the console has run.",
            console.uptimeSeconds)
        add(
            "gridcall_console_pages_open", .gauge, "Pages that listen to events.",
            Double(console.openPages))
        add(
            "gridcall_console_requests_total", .counter, "Requests that were answered.",
            Double(console.requests))
        add(
            "gridcall_console_requests_refused_total", .counter, "Requests that were refused.",
            Double(console.refused))
        for disk in console.disks {
            guard let free = disk.free else { continue }
            add(
                "gridcall_disk_free_bytes", .gauge, "Room on a disk that is watched.",
                labels: [("path", disk.path)], Double(free))
            add(
                "gridcall_disk_size_bytes", .gauge, "Size of a disk that is watched.",
                labels: [("path", disk.path)], Double(disk.total))
        }
        for (street, counts) in zip(snapshot.streets, queries) {
            let labels = [("street", street.key)]
            add(
                "gridcall_console_queries_total", .counter, "Questions on demand to the broker.",
                labels: labels, Double(counts.asked))
            add(
                "gridcall_console_queries_shared_total", .counter,
                "Questions answered by another page's.", labels: labels, Double(counts.shared))
            add(
                "gridcall_console_queries_failed_total", .counter,
                "Questions on demand without an answer.", labels: labels, Double(counts.failed))
        }
    }
}
