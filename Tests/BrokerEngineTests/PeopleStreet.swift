import BrokerEngine
import GridModel

/// The sample street with a category for every rule about people's work.
enum PeopleStreet {
    /// `raze` needs legal review for a fine of 50,000 or more and for any demolition; `form` has a
    /// form; `unclear` has the rule of `raze`, no lead, and puts overdue parts before the judicial
    /// office; `twin` has duplicates; `suit` is reported on every week,
    /// `appeal` also every month, `spill` once, within two hours.
    static func catalogue() -> StreetCatalogue {
        var catalogue = SampleStreet.catalogue()
        catalogue.categories += [raze, form, unclear, twin, suit, appeal, spill]
        return catalogue
    }

    /// Measures that are a major decision in `raze`.
    static let major = proposal(("fine", "50000"))
    /// Others that are, too.
    static let otherMajor = proposal(("demolition", "the shed"))
    /// Measures that are none.
    static let minor = proposal(("fine", "49999.99"))
    /// No measures.
    static let nothing = Proposal(measures: [], digest: digest(of: []))

    /// Measures with a digest that is theirs alone.
    static func proposal(_ measures: (String, String)...) -> Proposal {
        let measures = measures.map { Measure(name: $0.0, value: $0.1) }
        return Proposal(measures: measures, digest: digest(of: measures))
    }

    private static func digest(of measures: [Measure]) -> Digest {
        var word: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in measures.flatMap({ "\($0.name)=\($0.value);".utf8 }) {
            word = (word ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return Digest(words: (word, 2, 3, 4))
    }

    private static var raze: Category {
        var category = based(on: "litter", id: "raze")
        category.majorDecision = MajorDecisionRule([
            .init(measure: "fine", .isAtLeast(DecimalNumber(50_000))),
            .init(measure: "demolition", .isPresent),
        ])
        return category
    }

    private static var form: Category {
        var category = based(on: "litter", id: "form")
        category.measures = [
            MeasureRule(name: "result", isRequired: true, kind: .choice(["done", "partly"])),
            MeasureRule(name: "fine", isRequired: false, kind: .number),
        ]
        return category
    }

    private static var unclear: Category {
        var category = based(on: "shop", id: "unclear")
        category.leadUnclear = true
        category.majorDecision = raze.majorDecision
        category.escalation = [EscalationRule(clock: .resolve, department: "judicial")]
        return category
    }

    private static var twin: Category {
        var category = based(on: "litter", id: "twin")
        category.duplicates = DuplicateRule(
            radiusMetres: 50, windowMilliseconds: SampleStreet.day)
        return category
    }

    private static var suit: Category {
        var category = based(on: "endless", id: "suit")
        category.reports = [ReportRule(every: 1, .week)]
        return category
    }

    private static var appeal: Category {
        var category = based(on: "endless", id: "appeal")
        let name = LocalizedName(chinese: "报告", english: "Report")
        category.reports = [
            ReportRule(id: "weekly", name: name, every: 1, .week),
            ReportRule(id: "monthly", name: name, every: 1, .month),
        ]
        return category
    }

    private static var spill: Category {
        var category = based(on: "endless", id: "spill")
        for index in category.conditions.indices {
            category.conditions[index].limits.reportDue = .minutes(120)
        }
        return category
    }

    private static func based(on other: String, id: String) -> Category {
        guard var category = SampleStreet.categories.first(where: { $0.id == other }) else {
            preconditionFailure("the sample street has \(other)")
        }
        category.id = id
        for index in category.conditions.indices {
            category.conditions[index].limits.review = .minutes(100)
            category.conditions[index].limits.reply = .minutes(50)
        }
        return category
    }
}

/// A call of one department whose part lies with its officers, and who is there.
struct PeopleScene {
    let fixture: EngineFixture
    let receipt: FiledReceipt
    let worker: SessionHandle
    let officer: SessionHandle
    let reviewer: SessionHandle
    let chief: SessionHandle
    let deputy: SessionHandle

    var number: AssignmentNumber { fixture.part(0, of: receipt) }

    /// A call of `category` whose first part, `urban`'s, was led into a state.
    init(_ category: String = "raze", _ state: AssignmentState = .delivered) {
        fixture = EngineFixture(catalogue: PeopleStreet.catalogue())
        receipt = fixture.file(category)
        let number = fixture.part(0, of: receipt)
        switch state {
        case .accepted, .arrived, .underReview:
            fixture.force(EngineFixture.facts(leading: number, to: .delivered))
            fixture.force([
                .assignmentAccepted(
                    AssignmentAccepted(number: number, actor: 0, arrive: .none))
            ])
            if state == .arrived { fixture.force([.assignmentArrived(number, actor: 0)]) }
            if state == .underReview {
                fixture.force([
                    .measuresProposed(
                        MeasuresProposed(
                            number: number, digest: PeopleStreet.major.digest, isMajor: true,
                            actor: 0, review: .none, texts: nil))
                ])
            }
        default: fixture.force(EngineFixture.facts(leading: number, to: state))
        }
        worker = fixture.worker("urban", credit: 0)
        officer = fixture.person(.officer, "officer")
        reviewer = fixture.person(.reviewer, "reviewer")
        chief = fixture.person(.operator, "chief")
        deputy = fixture.person(.operator, "deputy")
    }

    /// Gives a command of a person.
    @discardableResult
    func give(
        _ action: PersonCommand.Action, by session: SessionHandle? = nil, ordinal: Int = 0,
        hasReason: Bool = true, authority: PersonCommand.Authority = .street
    ) -> Turn {
        fixture.give(
            action, on: receipt.id, by: session ?? officer, ordinal: ordinal,
            hasReason: hasReason, authority: authority)
    }

    var state: AssignmentState? { fixture.state(number) }
    var detail: PartDetail? {
        fixture.record.assignment(number).flatMap { fixture.record.detail(of: $0) }
    }
}

extension EngineFixture {
    /// A person with a key says Hello.
    func person(_ role: PeerRole, _ name: String) -> SessionHandle {
        var introduction = PeerIntroduction(session: newID(), role: role, name: name)
        introduction.isNameProven = true
        guard let session = turn(.hello(introduction)).session else {
            preconditionFailure("a sample person is welcome")
        }
        return session
    }

    /// Gives a command of a person, under a new id.
    @discardableResult
    func give(
        _ action: PersonCommand.Action, on call: CallID, by session: SessionHandle = .none,
        ordinal: Int = 0, hasReason: Bool = true, authority: PersonCommand.Authority = .street
    ) -> Turn {
        var command = command(action, on: call, ordinal: ordinal, hasReason: hasReason)
        command.authority = authority
        return turn(.command(session, command, old: nil))
    }

    /// Gives a command of the whole street.
    @discardableResult
    func order(_ action: PersonCommand.Action, by session: SessionHandle = .none) -> Turn {
        give(action, on: CallID(high: 0, low: 0), by: session)
    }
}
