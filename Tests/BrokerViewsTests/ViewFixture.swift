import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import Monotonic
import SwiftProtobuf
import Synchronization
import Testing

@testable import BrokerViews

/// A directory of its own that disappears with the value.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        // In memory where it can be: thousands of files are made, and no power is cut.
        let memory = "/dev/shm/"
        let isThere = FileManager.default.isWritableFile(atPath: memory)
        path = (isThere ? memory : NSTemporaryDirectory()) + "views-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var views: String { path + "/views.sqlite" }
    var search: String { path + "/search.sqlite" }
}

extension ViewReader {
    /// A reader without a text index: texts are looked through one by one.
    convenience init(
        path: String, progress: ViewProgress, limits: ProtocolLimits,
        sizes: ListSizes = ListSizes()
    ) {
        self.init(
            path: path, progress: progress, limits: limits,
            textIndex: TextIndexReader(path: path + "-none", progress: TextIndexProgress()),
            sizes: sizes)
    }
}

/// A journal in memory whose length grows as a test says, and which fails as a test says.
final class MemorySource: ViewSource {
    struct Unreadable: Error {}

    private struct State {
        var length: Int
        var failures = 0
    }

    private let all: [Batch]
    private let salt: UInt8
    private let state: Mutex<State>

    /// The first `length` of `batches`, or all; `salt` makes a history with other chains.
    init(_ batches: [Batch], length: Int? = nil, salt: UInt8 = 0) {
        all = batches
        self.salt = salt
        state = Mutex(State(length: length ?? batches.count))
    }

    func grow(to length: Int) { state.withLock { $0.length = length } }
    func fail(times: Int) { state.withLock { $0.failures = times } }
    var failuresLeft: Int { state.withLock { $0.failures } }

    func batches(after seq: UInt64, byteBudget: Int) throws -> [Batch] {
        try state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                throw Unreadable()
            }
            return Array(all[..<state.length].dropFirst(Int(seq)).prefix(byteBudget))
        }
    }

    func chain(at seq: UInt64) throws -> Digest? {
        guard seq <= state.withLock({ UInt64($0.length) }) else { return nil }
        return Digest(hashing: [salt] + withUnsafeBytes(of: seq) { Array($0) })
    }
}

/// Everything a set of views answers, for comparing two sets byte by byte.
struct Answers: Equatable {
    var calls: [WireCallView]
    var bytes: [[UInt8]]
    var pages: [[UInt8]]

    /// Asks for every call up to `serials`, all pages of some lists, and the campaigns.
    init(_ views: TestViews, serials: Int, now: Timestamp) throws {
        calls = []
        for serial in 1...UInt64(serials) {
            let number = CaseNumber(prefix: "GL", year: 2026, serial: serial)
            calls.append(try views.track(caseNumber: number.description))
        }
        bytes = try calls.map { try $0.serializedBytes() }
        pages = []
        for query in Self.queries {
            for page in try views.pages(query, now: now) {
                pages.append(try page.serializedBytes())
            }
        }
        pages.append(try views.ask(.campaigns(now: now)).campaigns.serializedBytes())
    }

    private static var queries: [WireListQuery] {
        var overdue = WireListQuery()
        overdue.overdueOnly = true
        var market = WireListQuery()
        market.department = "market"
        market.limit = 7
        return [WireListQuery(), overdue, market]
    }
}

/// Views over a file, without threads.
struct TestViews {
    let reader: ViewReader
    let progress = ViewProgress(gatherMilliseconds: 0)

    /// Views of the file at `path`, which shows everything up to `seq`.
    init(
        path: String, seq: UInt64, limits: ProtocolLimits = ProtocolLimits(),
        sizes: ListSizes = ListSizes()
    ) {
        reader = ViewReader(path: path, progress: progress, limits: limits, sizes: sizes)
        progress.opened(at: seq)
    }

    /// Views of a file whose texts are found through an index.
    init(path: String, seq: UInt64, textIndex: TextIndexReader, sizes: ListSizes) {
        reader = ViewReader(
            path: path, progress: progress, limits: ProtocolLimits(), textIndex: textIndex,
            sizes: sizes)
        progress.opened(at: seq)
    }

    func ask(_ query: ViewQuery, minimum: UInt64 = 0) -> WireQueryReplyItem {
        reader.answer(query, minimum: minimum, deadline: .now(plusMilliseconds: 20))
    }

    func track(caseNumber: String) throws -> WireCallView {
        var query = WireTrackQuery()
        query.caseNumber = caseNumber
        let item = ask(.track(query))
        try #require(item.refused == WireRefusal(), "\(caseNumber)")
        return item.call
    }

    func list(_ query: WireListQuery, now: Timestamp) throws -> WireListReply {
        let item = ask(.list(query, now: now))
        try #require(item.refused == WireRefusal())
        return item.list
    }

    /// All pages of a list.
    func pages(_ query: WireListQuery, now: Timestamp) throws -> [WireListReply] {
        var query = query
        var pages = [try list(query, now: now)]
        while !pages[pages.count - 1].nextPage.isEmpty {
            query.page = pages[pages.count - 1].nextPage
            pages.append(try list(query, now: now))
        }
        return pages
    }

    /// The serials of all pages of a list.
    func serials(_ query: WireListQuery, now: Timestamp) throws -> [UInt64] {
        try pages(query, now: now).flatMap(\.calls).map {
            try CaseNumber(parsing: $0.caseNumber).serial
        }
    }
}

extension ViewStore {
    /// Fills a new file with `batches` in transactions of the given sizes, the last repeated.
    static func fill(_ path: String, with batches: [Batch], sizes: [Int]) throws {
        let store = try ViewStore(path: path)
        var rest = batches[...]
        var sizes = sizes[...]
        while !rest.isEmpty {
            let size = sizes.count > 1 ? sizes.removeFirst() : sizes[sizes.startIndex]
            try store.project(Array(rest.prefix(size)), chain: nil)
            rest = rest.dropFirst(size)
        }
        try store.close()
    }
}

extension [Batch] {
    /// How many calls they file.
    var filedCalls: Int {
        flatMap(\.facts).count { if case .callFiled = $0 { true } else { false } }
    }

    /// A time at which some clocks have run out and others have not.
    var end: Timestamp { self[count - 1].at }
}
