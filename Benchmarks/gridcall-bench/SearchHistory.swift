import BrokerEngine
import BrokerJournal
import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

/// A year of calls as the journal would have them: the same ones for the same number.
///
/// Most are closed, some open and past their limit, a few voided; texts are Chinese with a word
/// of English here and there, put together from phrases, so that some pieces are in many calls
/// and others in few.
struct SearchHistory {
    /// Calls in one batch.
    static let batchCalls = 5_000
    /// When the year began.
    static let start = Timestamp(milliseconds: 1_767_225_600_000)
    private static let year: Int64 = 365 * 86_400_000

    static let departments = ["urban", "market", "safety", "judicial"]
    static let categories = (1...40).map { "category-\($0)" }
    static let grids = (1...78).map { "grid-\($0)" }
    static let campaigns = (1...12).map { "campaign-\($0)" }

    /// Calls in all.
    let calls: Int
    /// Of a hundred calls so many are still open.
    let openPercent: Int

    private var filed = 0
    private var random = RepeatableRandom(state: 7)

    /// A year of so many calls.
    init(calls: Int, openPercent: Int) {
        self.calls = calls
        self.openPercent = openPercent
    }

    /// The end of the year, by which some limits have run out.
    var end: Timestamp { Self.start.advanced(byMilliseconds: Self.year) }

    /// The next batch; `nil` at the end.
    mutating func nextBatch(seq: UInt64) throws -> Batch? {
        guard filed < calls else { return nil }
        var batch = Batch(seq: seq, epoch: 1, at: Self.start, facts: [], texts: [])
        if seq == 1 { batch.facts.append(.catalogueAdopted(Self.catalogue)) }
        for _ in 0..<min(Self.batchCalls, calls - filed) { try file(in: &batch) }
        return batch
    }

    private mutating func file(in batch: inout Batch) throws {
        filed += 1
        let share = Double(filed) / Double(calls)
        let now = Self.start.advanced(byMilliseconds: Int64(share * Double(Self.year)))
        batch.facts.append(.turnBegan(at: now))
        let serial = UInt64(filed)
        let category = min(random.below(40), random.below(40))
        let place = try place(Self.texts(&random, filed), in: &batch)
        batch.facts.append(
            .callFiled(
                CallFiled(
                    serial: serial, year: 2026,
                    id: CallID(high: UInt64(now.milliseconds) << 16, low: serial),
                    contentDigest: UniqueID(high: 1, low: serial), category: UInt16(category),
                    condition: 0, grid: UInt16(random.below(78)),
                    campaign: random.below(5) == 0
                        ? UInt16(random.below(12)) : CallFiled.noCampaign,
                    urgency: Self.urgency(random.below(100)), observedAt: now,
                    isRecordedEarlier: false, isClockSuspect: false, isVerifying: false,
                    coordinates: nil, catalogueVersion: 1, actor: 0, texts: place)))
        work(serial, UInt16(category % 4), now, &batch)
    }

    private mutating func work(
        _ serial: UInt64, _ lead: UInt16, _ now: Timestamp, _ batch: inout Batch
    ) {
        let parts = random.below(4) == 0 ? 2 : 1
        let isOpen = random.below(100) < openPercent
        let isVoided = !isOpen && random.below(100) == 0
        let due = now.advanced(byMilliseconds: Int64(1 + random.below(20)) * 86_400_000)
        for ordinal in 0..<parts {
            let number = AssignmentNumber(serial: serial, ordinal: ordinal)
            let department = (lead + UInt16(ordinal)) % 4
            batch.facts.append(
                .assignmentQueued(
                    AssignmentQueued(
                        number: number, department: department,
                        role: ordinal == 0 ? .lead : .assist, stage: 0, dispatch: .none,
                        resolve: Deadline(warnsAt: due, dueAt: due, isProvisional: false))))
            guard !isOpen, !isVoided else { continue }
            batch.facts.append(
                .assignmentCompleted(
                    AssignmentEnded(number: number, attempt: 1, actor: 0, texts: nil)))
        }
        if isVoided { batch.facts.append(.callVoided(serial: serial, actor: 0, reason: nil)) }
        if !isOpen, !isVoided { batch.facts.append(.callClosed(serial: serial)) }
    }

    private func place(_ texts: WireCallTexts, in batch: inout Batch) throws -> TextPlace {
        let bytes: [UInt8] = try texts.serializedBytes()
        let offset = UInt32(batch.texts.count)
        batch.texts += [UInt8](repeating: 1, count: JournalReader.saltBytes) + bytes
        return TextPlace(
            offset: offset, length: UInt32(batch.texts.count) - offset,
            digest: Digest(words: (0, 0, 0, 0)))
    }

    private static func urgency(_ number: Int) -> Urgency {
        number == 0 ? .emergency : number < 10 ? .urgent : .ordinary
    }
}

extension SearchHistory {
    private static let places = [
        "鼓楼大街", "河沿路", "市场街", "东门外", "古城路", "学府路", "滨河公园", "北里小区", "南苑小区", "地铁站出口",
    ]
    private static let problems = [
        "露天烧烤油烟扰民", "占道经营堵塞盲道", "夜间施工噪声", "生活垃圾堆放", "违法建设搭棚", "井盖缺失", "消防通道被堵",
        "电动自行车楼道充电", "店外经营", "小广告乱张贴", "燃气软管老化", "过期食品", "渣土车遗撒", "路灯不亮",
        "共享单车乱停放", "illegal parking",
    ]
    private static let details = [
        "多次反映未解决", "已拍照", "影响通行", "气味很大", "商户拒不配合", "请尽快处理", "晚上九点以后", "居民意见较大",
        "存在安全隐患", "manhole cover missing",
    ]

    private static func texts(
        _ random: inout RepeatableRandom, _ number: Int
    ) -> WireCallTexts {
        var texts = WireCallTexts()
        texts.description_p = [
            places[random.below(places.count)], problems[random.below(problems.count)], "，",
            details[random.below(details.count)], "，", details[random.below(details.count)],
            number.isMultiple(of: 50_000) ? "，貔貅石像倒塌" : "",
        ].joined()
        texts.address = "\(places[random.below(places.count)])\(random.below(400))号"
        texts.contact = "138\(number)"
        return texts
    }

    private static let catalogue = StreetCatalogue(
        street: Street(id: "bench", name: name("Bench"), casePrefix: "BE"),
        departments: departments.map { Department(id: $0, name: name($0)) },
        grids: grids.map { Grid(id: $0, name: name($0)) },
        categories: categories.map { id in
            Category(
                id: id, name: name(id), urgency: .ordinary,
                stages: [Stage(parts: [Stage.Part(department: "urban", role: .lead)])],
                conditions: [
                    FilingCondition(id: "default", name: name("default"), limits: ClockLimits())
                ])
        },
        campaigns: campaigns.map { id in
            Campaign(
                id: id, name: name(id), lead: "urban", assists: [], categories: [], grids: [],
                from: .zero, until: .distantFuture, target: 1, legalBasis: "")
        },
        calendar: WorkCalendar(intervals: [], publishedThrough: .zero, zone: .utc),
        policy: WorkPolicy())

    private static func name(_ text: String) -> LocalizedName {
        LocalizedName(chinese: text, english: text)
    }
}

/// SplitMix64, so that every run has the same calls.
struct RepeatableRandom {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return Int((word ^ word >> 31) % UInt64(bound))
    }
}
