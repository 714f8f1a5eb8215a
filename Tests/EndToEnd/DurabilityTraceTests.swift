import Foundation
import GridCodec
import SwiftProtobuf
import TestSupport
import Testing

/// What leaves the broker, compared with what is on disk, as the kernel saw it.
@Suite(.serialized, .enabled(if: Places.command("strace") != nil, "strace is not installed"))
struct DurabilityTraceTests {
    /// Long enough for a repeat to arrive while its batch is still being written.
    private static let syncDelay: Duration = .milliseconds(100)

    @Test("No receipt, first or repeated, leaves before its batch is durable")
    func receiptsFollowTheDisk() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(), endpoint: Street.freeEndpoint())
        let traceFile = street.directory + "/trace"
        let broker = try await startTraced(street, traceFile)

        var calls: [WireSubmitItem] = []
        for round in 0..<12 {
            // A session of its own: under strace a whole run is longer than a silence may be.
            let terminal = try await WirePeer.terminal(street.endpoint)
            let call = WireSubmitItem.call()
            calls.append(call)
            // A call alone may be the loop's own to write; one among others is the journal
            // thread's, and the repeat is decided while its batch is being written.
            let others = round.isMultiple(of: 2) ? [] : (0..<40).map { _ in WireSubmitItem.call() }
            terminal.send(.submit(.with { $0.items = [call] + others }))
            try await street.until("the batch of the call is being written") {
                SystemCallTrace.mentions(call.idWords, in: traceFile)
            }
            terminal.send(.submit(.with { $0.items = [call] }))
            let results = try await terminal.results(of: call, 2)
            #expect(results.map(\.filed.repeated) == [false, true])
            #expect(results[0].filed.caseNumber == results[1].filed.caseNumber)
        }
        let terminal = try await WirePeer.terminal(street.endpoint)
        let late = try #require(try await terminal.submit([calls[0]]).first)
        #expect(late.filed.repeated)
        let batches = Int(try await terminal.stats().journalBatches)
        try await stop(street, broker)

        let trace = SystemCallTrace(file: traceFile)
        var receipts = 0
        for call in calls {
            let write = try #require(trace.write(of: call))
            for receipt in trace.receipts(for: call) {
                receipts += receipt.hex.occurrences(of: call.id.hexadecimal)
                #expect(
                    trace.syncs.contains { sync in
                        guard let written = write.returned, let synced = sync.returned else {
                            return false
                        }
                        return sync.began >= written && synced <= receipt.began
                    }, "a receipt left at line \(receipt.began) before its batch was durable")
            }
        }
        #expect(receipts == 2 * calls.count + 1)
        // One for each batch, one or two for opening and closing the file.
        #expect((batches...batches + 4).contains(trace.syncs.count))
    }

    private func startTraced(_ street: Street, _ file: String) async throws -> Program {
        let strace = try #require(Places.command("strace"))
        return try await street.startBroker(
            behind: [strace]
                + SystemCallTrace.arguments(writingTo: file, delayingSyncBy: Self.syncDelay))
    }

    /// Signals go to the tracee; the tracer ends with it.
    private func stop(_ street: Street, _ tracer: Program) async throws {
        let children = "/proc/\(tracer.id)/task/\(tracer.id)/children"
        let text = String(
            decoding: FileManager.default.contents(atPath: children) ?? Data(), as: UTF8.self)
        let broker = try #require(text.split(separator: " ").first.flatMap { Int32($0) })
        kill(broker, SIGTERM)
        #expect(try await tracer.wait() == .exited(0))
    }
}

extension SystemCallTrace {
    /// The first write of the batch that files the call: its id appears in a page of the WAL, as
    /// two little-endian words (journal.proto, `CallFiled`).
    fileprivate func write(of call: WireSubmitItem) -> Call? {
        let words = call.idWords.map(\.hexadecimal)
        return calls.first { call in
            call.name == "pwrite64" && call.file.hasSuffix("journal.sqlite-wal")
                && words.allSatisfy { call.hex.contains($0) }
        }
    }

    fileprivate var syncs: [Call] {
        calls.filter {
            $0.name == "fdatasync" && $0.file.hasSuffix("journal.sqlite-wal")
        }
    }

    /// Every sending of a Receipt ("GC", version 1, kind 6) that names the call.
    fileprivate func receipts(for call: WireSubmitItem) -> [Call] {
        let id = call.id.hexadecimal
        return calls.filter {
            $0.name.hasPrefix("send") && $0.hex.contains("47430106") && $0.hex.contains(id)
        }
    }
}

extension WireSubmitItem {
    /// The id as the journal has it, and no message: two little-endian words.
    fileprivate var idWords: [Data] {
        [id.prefix(8), id.suffix(8)].map { Data($0.reversed()) }
    }
}

extension WirePeer {
    /// The next results for a call, in their order; the broker may send several in one Receipt.
    fileprivate func results(of call: WireSubmitItem, _ count: Int) async throws
        -> [WireReceiptItem]
    {
        var results: [WireReceiptItem] = []
        while results.count < count {
            results += try await next("a Receipt") {
                if case .receipt(let receipt) = $0 { receipt.items } else { nil }
            }.filter { $0.id == call.id }
        }
        return results
    }
}

extension String {
    fileprivate func occurrences(of part: String) -> Int {
        ranges(of: part).count
    }
}

extension Data {
    fileprivate var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
