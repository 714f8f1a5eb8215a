import GridCodec
import GridModel

/// What a person's command is about.
package enum CommandTarget: Sendable {
    /// One part of a call; without a choice the only one that the rule allows.
    case part(CallReference, PartChoice, PartRule)
    /// A call as a whole.
    case call(CallReference)
    /// The whole street: nothing is looked up, and no call or revision is sent.
    case street

    /// The call that is looked up.
    var call: CallReference? {
        switch self {
        case .part(let call, _, _), .call(let call): call
        case .street: nil
        }
    }
}

/// Which part of a call a person named.
package enum PartChoice: Hashable, Sendable {
    /// None: the only part that the command can mean.
    case only
    /// By its number, from 1, as `track` shows it.
    case number(Int)
    /// By its department, by id or name.
    case department(String)
}

extension PartChoice {
    /// The part of the call that is meant. Errors: none is, or several may be, which are listed.
    func part(
        of call: WireCallView, _ rule: PartRule, in session: ClientSession
    ) throws(ClientFailure) -> WirePartView {
        switch self {
        case .number(let number):
            guard let part = call.parts.first(where: { $0.number == number }) else {
                throw Self.noPart(number, of: call)
            }
            return part
        case .department(let name):
            let id = try session.id(.department, named: name)
            let parts = call.parts.filter { $0.department == id }
            guard !parts.isEmpty else { throw Self.noPart(ofDepartment: name, call) }
            return try Self.only(of: rule.candidates(of: parts), call, in: session)
        case .only:
            var candidates = rule.candidates(of: call.parts)
            if candidates.count > 1, rule.isOfficers, let own = session.ownDepartment() {
                let mine = candidates.filter { $0.department == own }
                if !mine.isEmpty { candidates = mine }
            }
            return try Self.only(of: candidates, call, in: session)
        }
    }

    private static func only(
        of candidates: [WirePartView], _ call: WireCallView, in session: ClientSession
    ) throws(ClientFailure) -> WirePartView {
        if candidates.count == 1 { return candidates[0] }
        let number = call.caseNumber.escapedForTerminal
        guard !candidates.isEmpty else {
            throw .badInput(
                reason: Phrase(
                    chinese: "\(number) 还没有任何部分", english: "\(number) has no parts yet"))
        }
        let presentation = session.namedPresentation
        let lines = candidates.map { part in
            let words = [
                "--part \(part.number)", presentation.name(.department, part.department),
                presentation.word(part.state),
            ]
            return "\n  " + words.joined(separator: "  ").escapedForTerminal
        }
        throw .badInput(
            reason: Phrase(
                chinese: "\(number) 有多个部分可选，请用 --part 或 --department 指定：",
                english: "several parts of \(number) may be meant; name one with --part or "
                    + "--department:") + lines.joined())
    }

    static func noPart(_ number: Int, of call: WireCallView) -> ClientFailure {
        let numbers = call.parts.map { String($0.number) }.joined(separator: ", ")
        return .badInput(
            reason: Phrase(
                chinese: "\(call.caseNumber) 没有第 \(number) 部分，现有 \(numbers)",
                english: "\(call.caseNumber) has no part \(number); it has \(numbers)"))
    }

    private static func noPart(ofDepartment name: String, _ call: WireCallView) -> ClientFailure {
        let departments = call.parts.map(\.department).joined(separator: ", ")
        let shown = name.escapedForTerminal
        return .badInput(
            reason: Phrase(
                chinese: "\(call.caseNumber) 没有 \(shown) 的部分，现有 \(departments)",
                english: "\(call.caseNumber) has no part of \(shown); its parts are "
                    + "\(departments)'s"))
    }
}

extension ClientSession {
    /// The department of this key, if it acts for exactly one that has work; else `nil`.
    ///
    /// A key's departments are told nowhere, but its tasks are those of its only department.
    func ownDepartment() -> String? {
        var query = WireTasksQuery()
        // A page may be empty where all its calls wait for other departments.
        repeat {
            guard case .list(let list)? = try? client.query(.tasks(query)) else { return nil }
            if let part = list.calls.first?.parts.first { return part.department }
            query.page = list.nextPage
        } while !query.page.isEmpty
        return nil
    }
}
