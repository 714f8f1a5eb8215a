import BrokerEngine
import GridModel

/// One step of a call's story, as it lies in the views.
struct Step: Equatable {
    var kind: StepKind
    var at: Timestamp
    /// The part's ordinal + 1; 0 for the whole call.
    var ordinal: UInt8 = 0
    /// Who did it, where the fact says so.
    var actor: ActorID?
    /// What the fact says besides; `StepDetail` knows the meaning by `kind`.
    var first: UInt64 = 0
    /// A second value; times are milliseconds.
    var second: UInt64 = 0
    /// When clocks that the step starts warn, and when the step's clock beside `second` is due.
    var clocks = StepClocks()
    /// What a person wrote, UTF-8; of a proposal its digest, then what was proposed.
    var text: [UInt8] = []
}

extension Step {
    /// The step without what a person wrote; a proposal keeps the digest that names it.
    var withoutText: Step {
        var step = self
        switch kind {
        case .erasureRequested, .personalDataErased: break
        case .measuresProposed: step.text = Array(text.prefix(32))
        default: step.text = []
        }
        return step
    }
}

/// More times of a step that starts clocks; milliseconds, 0 for none.
struct StepClocks: Equatable {
    /// Of the clock that is due at `second`.
    var warnsAt: UInt64 = 0
    /// Of the clock of the step at hand, where one starts beside it.
    var stepWarnsAt: UInt64 = 0
    var stepDueAt: UInt64 = 0
    /// Whether `second` and `stepDueAt` lie past the published calendar and may move.
    var isProvisional = false
    var isStepProvisional = false
}

/// All steps of one call in one run of bytes, so that a step costs no row.
///
/// A step is: kind, ordinal (its high bit set if clocks follow), milliseconds since filing, actor
/// + 1 or 0, the two values, the three times of the clocks (the first two doubled, plus 1 if their
/// clock is provisional), length of the text, text; all numbers after the first two bytes are
/// LEB128, the milliseconds zigzag.
struct Story: Equatable {
    /// The steps as they lie in the file.
    private(set) var bytes: [UInt8]

    /// A story from its bytes; an empty one by default.
    init(bytes: [UInt8] = []) { self.bytes = bytes }

    /// Adds a step of a call filed at `filedAt`.
    mutating func append(_ step: Step, filedAt: Timestamp) {
        if bytes.isEmpty { bytes.reserveCapacity(96) }
        bytes.append(step.kind.rawValue)
        let hasClocks = step.clocks != StepClocks()
        bytes.append(step.ordinal | (hasClocks ? Self.clocksFollow : 0))
        let elapsed = step.at.milliseconds &- filedAt.milliseconds
        append(UInt64(bitPattern: elapsed << 1 ^ elapsed >> 63))
        append(step.actor.map { UInt64($0) + 1 } ?? 0)
        append(step.first)
        append(step.second)
        if hasClocks {
            append(step.clocks.warnsAt << 1 | (step.clocks.isProvisional ? 1 : 0))
            append(step.clocks.stepWarnsAt << 1 | (step.clocks.isStepProvisional ? 1 : 0))
            append(step.clocks.stepDueAt)
        }
        append(UInt64(step.text.count))
        bytes.append(contentsOf: step.text)
    }

    /// The steps in their order; what follows a byte that makes no sense is left out.
    func steps(filedAt: Timestamp) -> [Step] {
        var cursor = StoryCursor(bytes: bytes)
        var steps: [Step] = []
        while let step = cursor.next(filedAt: filedAt) { steps.append(step) }
        return steps
    }

    /// A part's ordinal + 1 has seven bits.
    fileprivate static let clocksFollow: UInt8 = 0x80

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

/// Reads the steps of a story one after the other.
private struct StoryCursor {
    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func next(filedAt: Timestamp) -> Step? {
        guard let first = byte(), let kind = StepKind(rawValue: first), let ordinal = byte(),
            let elapsed = number(), let actor = number(), let value = number(),
            let second = number(), let clocks = clocks(ordinal & Story.clocksFollow != 0),
            let length = number(), length <= UInt64(bytes.count - offset)
        else { return nil }
        let text = Array(bytes[offset..<offset + Int(length)])
        offset += Int(length)
        let milliseconds = Int64(bitPattern: elapsed >> 1) ^ -Int64(bitPattern: elapsed & 1)
        return Step(
            kind: kind, at: Timestamp(milliseconds: filedAt.milliseconds &+ milliseconds),
            ordinal: ordinal & ~Story.clocksFollow,
            actor: actor == 0 ? nil : ActorID(truncatingIfNeeded: actor - 1),
            first: value, second: second, clocks: clocks, text: text)
    }

    private mutating func clocks(_ follow: Bool) -> StepClocks? {
        guard follow else { return StepClocks() }
        guard let warnsAt = number(), let stepWarnsAt = number(), let stepDueAt = number() else {
            return nil
        }
        return StepClocks(
            warnsAt: warnsAt >> 1, stepWarnsAt: stepWarnsAt >> 1, stepDueAt: stepDueAt,
            isProvisional: warnsAt & 1 == 1, isStepProvisional: stepWarnsAt & 1 == 1)
    }

    private mutating func byte() -> UInt8? {
        guard offset < bytes.count else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    private mutating func number() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = byte() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
