import BrokerEngine
import GridModel
import Testing

@testable import BrokerViews

@Suite("Story")
struct StoryTests {
    @Test("Steps come back as they were told, whatever their values")
    func roundTrip() {
        let filedAt = Timestamp(milliseconds: 1_767_254_400_000)
        var steps: [Step] = []
        for (index, value) in [0, 1, 127, 128, 1 << 35, UInt64.max].enumerated() {
            steps.append(
                Step(
                    kind: StepKind.allCases[index], at: Timestamp(milliseconds: Int64(index) * 99),
                    ordinal: UInt8(index), actor: index == 0 ? nil : ActorID.max - 1,
                    first: value, second: value,
                    clocks: StepClocks(
                        warnsAt: value >> 1, isProvisional: index % 2 == 0,
                        isStepProvisional: index % 3 == 0),
                    text: Array("第\(index)步".utf8)))
        }
        for (isProvisional, isStepProvisional) in [(false, true), (true, false), (true, true)] {
            var step = Step(kind: .assignmentResumed, at: filedAt, second: 1_768_000_000_000)
            step.clocks = StepClocks(
                warnsAt: 1_767_900_000_000, stepWarnsAt: 1_767_800_000_000,
                stepDueAt: 1_767_850_000_000, isProvisional: isProvisional,
                isStepProvisional: isStepProvisional)
            steps.append(step)
        }
        var story = Story()
        for step in steps { story.append(step, filedAt: filedAt) }
        #expect(story.steps(filedAt: filedAt) == steps)
    }

    @Test("A story cut anywhere gives the steps before the cut and never traps")
    func cut() {
        let step = Step(kind: .callVoided, at: .zero, actor: 1, text: [1, 2, 3])
        var story = Story()
        for _ in 0..<3 { story.append(step, filedAt: .zero) }
        let length = story.bytes.count / 3
        for end in 0...story.bytes.count {
            let cut = Story(bytes: Array(story.bytes[..<end])).steps(filedAt: .zero)
            #expect(cut == Array(repeating: step, count: end / length))
        }
    }

    @Test(
        "Times are written as ISO 8601",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_767_254_461_007, "2026-01-01T08:01:01.007Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ])
    func times(milliseconds: Int64, text: String) {
        #expect(StepDetail.text(of: milliseconds) == text)
    }
}
