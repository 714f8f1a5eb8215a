import GridModel

extension Engine {
    /// Nothing of a department is dispatched for a while.
    mutating func pauseQueue(
        _ order: Order, _ department: String, until: Timestamp
    ) throws(Refusal) {
        let number = try number(ofDepartment: department)
        guard until > now else {
            throw Refusal(.valueOutOfRange, field: "until", reason: "a pause ends in the future")
        }
        emit(
            .queuePaused(
                department: number, until: until, actor: order.actor, reason: order.reason))
    }

    /// A department's queue is served again.
    mutating func resumeQueue(_ order: Order, _ department: String) throws(Refusal) {
        let number = try number(ofDepartment: department)
        guard record.departments[Int(number)].pausedUntil > now else {
            throw Refusal(
                .notAllowedInState, reason: "the queue is not paused", possible: ["pauseQueue"])
        }
        emit(.queueResumed(department: number, actor: order.actor))
        presence.crews[Int(number)].isStirred = true
    }

    /// An operator gives workers an order: to a name for whoever bears it, now and later, or to
    /// one session until it ends.
    mutating func directWorker(
        _ order: Order, _ wanted: WorkerOrder, _ choice: WorkerChoice
    ) throws(Refusal) {
        let sessions = workers(choice)
        let standing = standing(choice)
        guard !sessions.isEmpty || standing.map({ isChange(wanted, of: $0) }) == true else {
            throw Refusal(.notFound, field: "name", reason: "no such worker is there now")
        }
        if let worker = standing ?? sessions.first.map({ presence[$0].actor }) {
            emit(
                .workerDirected(
                    worker: worker, order: wanted, actor: order.actor, stands: standing != nil))
        }
        for session in sessions {
            presence[session].order = wanted
            presence.crews[Int(presence[session].department)].isStirred = true
            effects.append(.directWorker(session, wanted))
        }
    }

    /// The name an order stands for; `nil` for an order to one session, or a name never heard of.
    private func standing(_ choice: WorkerChoice) -> ActorID? {
        guard case .named(let name, let department) = choice else { return nil }
        return record.actor(named: "\(department)/\(name)")
    }

    /// Whether an order to a worker that is not there changes anything: who is gone cannot end.
    private func isChange(_ wanted: WorkerOrder, of worker: ActorID) -> Bool {
        switch wanted {
        case .quiet: true
        case .work: record.quietWorkers.contains(worker)
        case .drain: false
        }
    }

    /// What an operator wants of a worker; `nil` if nothing was said.
    package func order(of session: SessionHandle) -> WorkerOrder? {
        presence.contains(session) ? presence[session].order : nil
    }

    private func workers(_ choice: WorkerChoice) -> [SessionHandle] {
        switch choice {
        case .session(let id):
            return presence.handle(of: id).map { [$0] }?
                .filter { presence[$0].role == .worker } ?? []
        case .named(let name, let department):
            guard let actor = record.actor(named: "\(department)/\(name)") else { return [] }
            return presence.open.filter {
                presence[$0].role == .worker && presence[$0].actor == actor
            }
        }
    }

    /// The number of a department of the catalogue in force.
    func number(ofDepartment id: String) throws(Refusal) -> UInt16 {
        guard record.catalogue?.declares(department: id) == true,
            let number = record.symbols.departments.number(of: id)
        else {
            let known = record.catalogue?.catalogue.departments.prefix(32).map(\.id) ?? []
            throw Refusal(
                .unknownDepartment, field: "department",
                reason: "the catalogue in force declares no such department; it declares: "
                    + known.joined(separator: ", "))
        }
        return number
    }
}
