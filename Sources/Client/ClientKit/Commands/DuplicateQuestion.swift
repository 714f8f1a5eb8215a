import GridCodec
import GridModel

/// What is done about open calls that may be about the same thing.
package enum DuplicateChoice: Hashable, Sendable {
    /// A person is asked before anything is filed; without one they are only mentioned.
    case ask
    /// Nothing.
    case anyway
    /// The reporter takes it for this call.
    case link(CallReference)
}

/// Asks the broker and the person whether a call was reported before.
///
/// Nothing here may keep a call from being filed: what the broker does not say within a second is
/// not waited for, and is no error.
struct DuplicateQuestion {
    /// Seconds the broker has to name similar calls.
    private static let patience: Int64 = 1

    private let session: ClientSession
    private let item: WireSubmitItem
    private var language: Language { session.language }

    /// A question about `item`, which names its category and grid by id.
    init(_ item: WireSubmitItem, _ session: ClientSession) {
        self.item = item
        self.session = session
    }

    /// The call as it is to be filed: linked, if the choice or the person says so. Errors: the
    /// person wants nothing filed, or names a call that is not there.
    func answered(
        by choice: DuplicateChoice, isRepeat: Bool
    ) throws(ClientFailure) -> WireSubmitItem {
        switch choice {
        case .anyway: return item
        case .link(let call): return try linked(to: call)
        // What was sent before must be sent as it was.
        case .ask: return session.console.isInteractive && !isRepeat ? try asked() : item
        }
    }

    /// Says in one line which open calls the filed one may repeat.
    func mention() {
        let similar = similarCalls()
        guard !similar.isEmpty else { return }
        let numbers = similar.prefix(5).map(\.caseNumber).joined(separator: " ").escapedForTerminal
        session.console.note(
            language(
                chinese: "gridcall: 可能与这些在办案卷重复：\(numbers)\n",
                english: "gridcall: may repeat these open calls: \(numbers)\n"))
    }

    /// Says whether the filed call was linked as it was asked: to one that has ended it is not.
    func confirmLink() {
        var query = WireTrackQuery()
        query.id = item.id
        guard
            case .call(let call)? = try? session.client.query(
                .track(query), atMost: Self.patience)
        else { return }
        let other = call.sameAs.escapedForTerminal
        session.console.note(
            other.isEmpty
                ? language(
                    chinese: "gridcall: 未关联：所指的呼叫不存在或已结束\n",
                    english: "gridcall: not linked: the call that was named is not open\n")
                : language(
                    chinese: "gridcall: 已标记为可能与 \(other) 重复，由操作员决定是否并案\n",
                    english: "gridcall: marked as a possible duplicate of \(other); "
                        + "an operator decides on merging\n"))
    }

    /// An id is taken as it is, so that it works offline; anything else has to be looked up, and
    /// where nobody can be asked the call goes without the link: it is worth more than that.
    private func linked(to call: CallReference) throws(ClientFailure) -> WireSubmitItem {
        var linked = item
        do throws(ClientFailure) {
            if case .id(let id) = call {
                linked.sameAs = id.data
            } else {
                linked.sameAs = try session.track(call).id
            }
        } catch {
            guard error.exitStatus == .unavailable || error.exitStatus == .tryAgain else {
                throw error
            }
            session.console.note(
                language(
                    chinese: "gridcall: 现在查不到要关联的案卷，本呼叫不带关联；离线时请用标识指明\n",
                    english: "gridcall: the call to link to cannot be looked up now, so this one "
                        + "goes without; offline name it by its id\n"))
        }
        return linked
    }

    private func asked() throws(ClientFailure) -> WireSubmitItem {
        let similar = similarCalls()
        guard !similar.isEmpty else { return item }
        session.console.note(
            language(
                chinese: "这些在办案卷可能是同一件事：\n",
                english: "these open calls may be about the same thing:\n"))
        for (index, call) in similar.enumerated() { session.console.note(line(index + 1, call)) }
        while true {
            let answer = session.console.ask(
                language(
                    chinese: "回车照常立案；输入序号表示与该件重复；q 不立案：",
                    english: "Enter files all the same; a number says it repeats that one; "
                        + "q files nothing: "))
            switch answer?.trimmedOfSpaces.lowercased() {
            case ""?: return item
            case nil, "q"?: throw Self.nothingFiled
            case let text?:
                guard let number = Int(text), similar.indices.contains(number - 1) else { continue }
                var linked = item
                linked.sameAs = similar[number - 1].id
                return linked
            }
        }
    }

    private static var nothingFiled: ClientFailure {
        .badInput(reason: Phrase(chinese: "没有立案", english: "nothing was filed"))
    }

    private func line(_ number: Int, _ call: WireSimilarCall) -> String {
        let presentation = session.presentation
        let isNear = call.hasMetres && (0..<1e6).contains(call.metres)
        let metres = isNear ? Int(call.metres.rounded()) : 0
        let away =
            isNear
            ? language(chinese: "相距 \(metres) 米", english: "\(metres) m away")
            : language(chinese: "同一网格", english: "same grid")
        let filed = presentation.text(call.filedAt)
        let words = [
            String(number).padded(toWidth: 4, atStart: true), call.caseNumber.escapedForTerminal,
            away, language(chinese: "立案 \(filed)", english: "filed \(filed)"),
        ]
        return words.joined(separator: "  ") + "\n"
    }

    /// The open calls that may be about the same thing, but for the call itself; none if the broker
    /// does not say.
    private func similarCalls() -> [WireSimilarCall] {
        var query = WireSimilarQuery()
        query.category = item.category
        query.grid = item.grid
        if item.hasCoordinates { query.coordinates = item.coordinates }
        let reply = try? session.client.query(.similar(query), atMost: Self.patience)
        guard case .similar(let similar)? = reply else { return [] }
        return similar.calls.filter { $0.id != item.id }
    }
}
