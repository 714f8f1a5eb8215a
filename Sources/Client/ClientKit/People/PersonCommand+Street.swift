import GridCodec
package import GridModel

/// What operators do with the whole street.
extension PersonCommand {
    /// Dispatches nothing of a department for a while, or until its queue is resumed.
    package static func pauseQueue(
        of department: String, until: GivenTime?
    ) -> PersonCommand {
        let shown = department.escapedForTerminal
        var command = PersonCommand(
            .pauseQueue(WirePauseQueue()), on: .street,
            done: Phrase(
                chinese: "\(shown) 的派遣已暂停", english: "nothing of \(shown) is dispatched"))
        command.lookups = [.department(department)]
        if let until {
            command.lookups.append(.until(until))
        } else {
            command.done = command.done + untilResumed
        }
        return command
    }

    /// Serves a department's queue again.
    package static func resumeQueue(of department: String) -> PersonCommand {
        let shown = department.escapedForTerminal
        var command = PersonCommand(
            .resumeQueue(WireResumeQueue()), on: .street,
            done: Phrase(
                chinese: "\(shown) 的派遣已恢复", english: "the queue of \(shown) is served again"))
        command.lookups = [.department(department)]
        return command
    }

    /// Which workers an order is for.
    package enum Workers: Hashable, Sendable {
        /// All sessions of that name in a department, by id or name.
        case named(String, department: String)
        /// One session.
        case session(SessionID)
    }

    /// Gives workers an order, which holds until the next one or their end.
    package static func direct(_ workers: Workers, _ order: WorkerOrderWord) -> PersonCommand {
        var direction = WireDirectWorker()
        direction.order = order.wire
        let who: String
        switch workers {
        case .named(let name, let department):
            direction.name = name
            who = "\(department)/\(name)".escapedForTerminal
        case .session(let id):
            direction.session = id.data
            who = "\(id)"
        }
        var command = PersonCommand(
            .directWorker(direction), on: .street, done: Phrase(verbatim: who + ": ") + order.done)
        if case .named(_, let department) = workers { command.lookups = [.department(department)] }
        return command
    }

    /// Says that the broker's clock is right after it jumped.
    package static func confirmClock() -> PersonCommand {
        PersonCommand(
            .confirmClock(WireConfirmClock()), on: .street,
            done: Phrase(
                chinese: "时钟已确认，时限恢复计算", english: "the clock is confirmed; deadlines speak again"))
    }

    private static let untilResumed = Phrase(
        chinese: "，直到恢复（gridcall resume-queue）", english: " until gridcall resume-queue")
}

/// What workers are told to do, in the words of the command line.
package enum WorkerOrderWord: String, CaseIterable, Sendable {
    /// Take nothing new.
    case quiet
    /// Take nothing new, finish what is in hand, and end.
    case drain
    /// Take work again.
    case work

    var wire: WireWorkerOrder {
        switch self {
        case .quiet: .quiet
        case .drain: .drain
        case .work: .work
        }
    }

    var done: Phrase {
        switch self {
        case .quiet: Phrase(chinese: "不再领取新任务", english: "takes nothing new")
        case .drain: Phrase(chinese: "办完手头任务后结束", english: "finishes what it has and ends")
        case .work: Phrase(chinese: "继续领取任务", english: "takes work again")
        }
    }
}
