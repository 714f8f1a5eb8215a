import BrokerEngine
import BrokerJournal
import BrokerViews
import GridCodec
import GridModel
import Logging
import ServiceNotify
import ZeroMQ

extension Broker {
    /// Messages taken in before their effects are looked at.
    private static let messagesPerTurn = 256
    /// The longest wait: leases and silent sessions are looked at this often.
    private static let longestWaitMilliseconds: Int64 = 250
    /// Calls archived in one transaction: many share its cost, and forgetting so many at once does
    /// not hold up a turn for longer than a message does.
    private static let archiveStep = 8_192
    /// What waits for the archive for so long goes there however little it is.
    private static let archiveMilliseconds: Int64 = 1_000
    /// Ended calls held in memory before the loop waits for the archive.
    private static let archiveBacklog = 500_000

    /// Turn after turn until a stop signal: wait, take in, decide, write, release.
    func loop(_ gate: Gate) throws {
        let own = [
            PollItem(descriptor: wakeUp.descriptor), PollItem(descriptor: signals.descriptor),
            PollItem(descriptor: commitAlarm.descriptor),
        ]
        var clock = AttendedClock(.now)
        while true {
            let listens = isListening
            var items = own + gate.pollItems(listens: listens)
            _ = try poll(&items, timeoutMilliseconds: waitMilliseconds)
            if items[0].ready.contains(.readable) { wakeUp.drain() }
            if items[2].ready.contains(.readable) { commitAlarm.clear() }
            if let signal = nextStopSignal() {
                log.notice("stopping", metadata: ["signal": "\(signal)"])
                service.notify(.stopping)
                break
            }
            let moment = clock.advanced(to: .now, isListening: listens)
            service.beat(now: Int64(clamping: moment.monotonicNanoseconds / 1_000_000))
            try turn(gate, at: moment, listens: listens)
        }
        while !core.isSettled {
            var items = own
            _ = try poll(&items, timeoutMilliseconds: Int(Self.longestWaitMilliseconds))
            wakeUp.drain()
            try settle(gate)
        }
        core.sayGoodbye()
        release(gate)
    }

    /// The first signal that ends the broker; those before it are obeyed.
    private func nextStopSignal() -> Int32? {
        while let signal = signals.next() {
            guard signal == Self.reloadSignal else { return signal }
            reload()
        }
        return nil
    }

    /// Whether peers are heard: not while the journal or the archive has too much before it.
    private var isListening: Bool {
        !core.isCongested && core.engine.endedCount < Self.archiveBacklog
    }

    private func turn(_ gate: Gate, at moment: Moment, listens: Bool) throws {
        try takeCommits(gate)
        core.begin(at: moment)
        takeCatalogues()
        try answerHandshakes(gate)
        checkDisk(at: moment)
        let isQuiet = listens ? try takeIn(gate) : false
        takeAnswers()
        try takeTexts()
        try takeErasures()
        core.end()
        // Work that was handed out may need old texts; nothing else would wake the loop for them.
        for seq in core.takeTextRequests() { textThread.post(seq) }
        tellRefusals()
        try checkHealth(gate)
        let wait = commitPace.nanosecondsToWait(
            mayWait: core.mayWait, now: moment.monotonicNanoseconds)
        if wait == 0 {
            try commit(gate, alone: isQuiet)
        } else {
            commitAlarm.set(nanoseconds: wait)
        }
        release(gate)
        answerReload()
        try archive(at: moment)
        snapshots.look(
            now: moment.monotonicMilliseconds, isArchived: core.engine.endedCount == 0)
        ask()
    }

    /// A turn after the stop signal: what was decided becomes durable and leaves; nothing new is
    /// taken in, handed out or missed.
    private func settle(_ gate: Gate) throws {
        try takeCommits(gate)
        try checkHealth(gate)
        try commit(gate, alone: false)
        release(gate)
    }

    private func checkHealth(_ gate: Gate) throws {
        guard let reason = core.fatalReason else { return }
        release(gate)
        throw core.isBehind ? BrokerError.journalBehind(reason) : .failedClosed(reason)
    }

    /// Takes messages in until none waits, a batch could be written, one has become durable, or
    /// the turn has worked enough: what was decided must not wait for what came after it.
    ///
    /// Returns whether none waits.
    private func takeIn(_ gate: Gate) throws -> Bool {
        var sender = RoutingID()
        var count = 0
        while count < Self.messagesPerTurn, !core.wantsCommit, !core.isTurnFull, committed.isEmpty {
            count += 1
            var message = Message()
            let result = try gate.receive(into: &message, from: &sender)
            if result == .nothing { return true }
            let user = gate.user(of: message, from: sender)
            if case .malformed(let frames) = result {
                message.withUnsafeBytes {
                    core.receiveMalformed($0, frames: frames, from: sender, user: user)
                }
            } else {
                core.tick(monotonicNanoseconds: BrokerServer.monotonicNanoseconds())
                message.withUnsafeBytes { core.receive($0, from: sender, user: user) }
            }
        }
        return false
    }

    private func takeCommits(_ gate: Gate) throws {
        for result in committed.take() { try wasWritten { try result.get() } }
        release(gate)
    }

    /// Takes note of a batch if it is durable, which its position says.
    @discardableResult
    private func wasWritten(_ position: () throws -> Position?) throws -> Bool {
        do {
            guard let position = try position() else { return false }
            core.batchBecameDurable()
            viewProgress.announce(durable: position.seq)
            return true
        } catch {
            throw BrokerError.failedClosed("the journal cannot be written: \(error)")
        }
    }

    /// Has what was decided written: by the journal's thread, or at once if the loop is alone with
    /// it and has nothing else to do meanwhile.
    private func commit(_ gate: Gate, alone: Bool) throws {
        guard let pending = core.takeBatch() else { return }
        snapshots.note(facts: pending.facts.count)
        let batch = Batch(
            seq: pending.seq, epoch: pending.epoch, at: pending.at, facts: pending.facts,
            texts: pending.texts)
        let now = BrokerServer.monotonicNanoseconds()
        let isLone =
            alone && pending.erasures.isEmpty
            && loneCommits.allow(facts: batch.facts.count, now: now)
        if try !isLone || !writeAlone(batch, gate) {
            journalThread.post(.write(batch, pending.erasures))
        }
    }

    /// Writes a batch in the loop's thread; `false` if the journal is not free.
    private func writeAlone(_ batch: Batch, _ gate: Gate) throws -> Bool {
        release(gate)
        let start = BrokerServer.monotonicNanoseconds()
        guard try wasWritten({ try journalWriter.writeIfFree(batch) }) else { return false }
        loneCommits.wrote(from: start, to: BrokerServer.monotonicNanoseconds())
        release(gate)
        if journalWriter.wantsTidying { journalThread.post(.tidy) }
        return true
    }

    /// A frame that cannot be delivered is dropped: whoever misses it asks or sends again.
    private func release(_ gate: Gate) {
        core.release(monotonicNanoseconds: BrokerServer.monotonicNanoseconds()) {
            route, unsent, bytes in gate.send(bytes, to: route, countedIn: unsent)
        }
        for route in gate.takeGone() { core.connectionWasLost(route) }
    }

    private func takeAnswers() {
        for (item, session) in answers.take() { core.answer(item, session: session) }
    }

    private func takeTexts() throws {
        for result in textsRead.take() {
            do {
                let (seq, bytes) = try result.get()
                core.textsWereRead(seq: seq, bytes)
            } catch {
                throw BrokerError.failedClosed("the journal cannot be read: \(error)")
            }
        }
    }

    /// Erasures wait for the thread that looks for the texts: it may have to read for seconds.
    private func takeErasures() throws {
        for result in textsFound.take() {
            do {
                let (search, texts) = try result.get()
                core.textsWereFound(search, texts)
            } catch {
                throw BrokerError.failedClosed("the journal cannot be read: \(error)")
            }
        }
        for search in core.takeErasureSearches() { erasureThread.post(search) }
    }

    private func archive(at moment: Moment) throws {
        for result in archived.take() {
            do {
                core.forget(try result.get())
                isArchiving = false
            } catch {
                throw BrokerError.failedClosed("the index of old ids cannot be used: \(error)")
            }
        }
        guard !isArchiving, core.engine.hasEnded,
            core.engine.endedCount >= Self.archiveStep
                || moment.monotonicMilliseconds - archivedAt >= Self.archiveMilliseconds
        else { return }
        let ended = core.engine.ended(upTo: core.durableSeq, limit: Self.archiveStep)
        guard !ended.calls.isEmpty || !ended.commands.isEmpty else { return }
        isArchiving = true
        archivedAt = moment.monotonicMilliseconds
        archiveThread.post(ended)
    }

    /// Hands questions to the views; their answers come back through a mailbox.
    private func ask() {
        for query in core.takeQueries() {
            let answers = answers
            let complete: QueryCompletion = { item in
                var item = item
                item.correlation = query.correlation
                answers.post((item, query.session))
            }
            switch query.query {
            case .track(let track):
                queryService.submit(
                    .track(track, scope: query.scope, now: Moment.now.wall),
                    minimum: query.minimumSeq,
                    completion: complete)
            case .list(let list):
                queryService.submit(
                    .list(list, now: Moment.now.wall, scope: query.scope),
                    minimum: query.minimumSeq,
                    completion: complete)
            case .audit: queryService.audit(completion: complete)
            case .tasks(let tasks):
                queryService.submit(
                    .tasks(tasks, now: Moment.now.wall), minimum: query.minimumSeq,
                    completion: complete)
            case .reviews:
                queryService.submit(
                    .calls(query.serials, partsIn: .underReview, now: Moment.now.wall),
                    minimum: query.minimumSeq, completion: complete)
            case .duplicates:
                queryService.submit(
                    .calls(query.serials, partsIn: nil, now: Moment.now.wall),
                    minimum: query.minimumSeq, completion: complete)
            case .export(let export):
                queryService.export(export, durable: query.minimumSeq, completion: complete)
            case .campaign(let campaign):
                queryService.submit(
                    .campaign(campaign.campaign, now: Moment.now.wall),
                    minimum: query.minimumSeq, completion: complete)
            case .activities(let activities):
                queryService.submit(
                    .activities(activities), minimum: query.minimumSeq, completion: complete)
            case .stats, .campaigns, .catalogue, .workers, .similar:
                preconditionFailure("the core answers \(query.query) itself")
            }
        }
    }

    private typealias QueryCompletion = @Sendable (WireQueryReplyItem) -> Void

    private var waitMilliseconds: Int {
        guard let next = core.engine.nextTimer else { return Int(Self.longestWaitMilliseconds) }
        let wait = next.milliseconds(since: Moment.now.wall)
        return Int(min(max(0, wait), Self.longestWaitMilliseconds))
    }
}
