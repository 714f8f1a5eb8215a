package import GridModel

/// The place of a session among the engine's sessions.
package struct SessionHandle: Hashable, Sendable {
    /// The index, −1 for none.
    package let rawValue: Int32

    /// A handle from its index.
    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// No session: a claim whose holder is gone, until its lease ends.
    package static let none = SessionHandle(rawValue: -1)
}

/// What a peer says of itself when it comes.
package struct PeerIntroduction: Hashable, Sendable {
    package var session: SessionID
    package var role: PeerRole
    package var name: String
    /// The department a worker works for.
    package var department: String
    /// Grids a worker serves; empty for all.
    package var grids: [String]
    /// Categories a worker serves; empty for all.
    package var categories: [String]
    /// How many assignments a worker can hold.
    package var credit: Int
    /// What a worker says it holds.
    package var claims: [Claim]
    /// Whether a key proves the name: only then do facts show it, but for workers, whose names
    /// facts always show.
    package var isNameProven = false

    /// An introduction from its parts.
    package init(
        session: SessionID, role: PeerRole, name: String, department: String = "",
        grids: [String] = [], categories: [String] = [], credit: Int = 0, claims: [Claim] = []
    ) {
        self.session = session
        self.role = role
        self.name = name
        self.department = department
        self.grids = grids
        self.categories = categories
        self.credit = credit
        self.claims = claims
    }
}

/// What a peer is to the broker; the numbers are the wire's.
package enum PeerRole: UInt8, CaseIterable, Sendable {
    case terminal = 1
    case worker = 2
    case `operator` = 3
    case officer = 4
    case reviewer = 5
    case auditor = 6
}

/// Who is there and what they can take: never journaled, gone with the process.
struct Presence: Sendable {
    struct Session: Sendable {
        var id: SessionID
        var role: PeerRole
        var actor: ActorID
        var department: UInt16 = 0
        /// Index among the department's profiles.
        var profile = 0
        var credit = 0
        var held = 0
        var firstHeld = Slot.none
        var lastHeld = Slot.none
        var heartbeats: UInt32 = 0
        /// Monotonic milliseconds.
        var lastHeard: Int64
        /// What an operator wants of the worker; `nil` if nothing was said.
        var order: WorkerOrder?

        /// Whether it may be given more.
        var hasRoom: Bool { held < credit && (order == nil || order == .work) }
    }

    /// Which grids and categories a group of workers serves.
    struct Profile: Hashable, Sendable {
        /// Sorted numbers; empty for all.
        var grids: [UInt16] = []
        var categories: [UInt16] = []

        func serves(_ call: CallSlot) -> Bool {
            (grids.isEmpty || grids.contains(call.grid))
                && (categories.isEmpty || categories.contains(call.category))
        }

        /// How specific the choice is: more specific workers get the work first.
        var rank: Int { (grids.isEmpty ? 0 : 1) + (categories.isEmpty ? 0 : 1) }
    }

    /// The workers of one department.
    struct Crew: Sendable {
        /// Profile 0 serves everything and always exists.
        var profiles = [Profile()]
        var workers: [SessionHandle] = []
        /// Something may be dispatched: an assignment or credit came.
        var isStirred = false

        /// The set of profiles that serve a call, one bit each.
        func profiles(serving call: CallSlot) -> UInt64 {
            var bits: UInt64 = 1
            for index in profiles.indices.dropFirst() where profiles[index].serves(call) {
                bits |= 1 << UInt64(index)
            }
            return bits
        }
    }

    /// At most this many distinct profiles in a department.
    static let maximumProfiles = 64

    private(set) var sessions: [Session?] = []
    private var free: [Int32] = []
    private var handles: [SessionID: SessionHandle] = [:]
    var crews: [Crew] = []

    var count: Int { sessions.count - free.count }

    func handle(of id: SessionID) -> SessionHandle? { handles[id] }

    func contains(_ handle: SessionHandle) -> Bool {
        sessions.indices.contains(Int(handle.rawValue)) && sessions[Int(handle.rawValue)] != nil
    }

    subscript(handle: SessionHandle) -> Session {
        get {
            guard let session = sessions[Int(handle.rawValue)] else {
                preconditionFailure("a session that is used is open")
            }
            return session
        }
        set { sessions[Int(handle.rawValue)] = newValue }
    }

    mutating func insert(_ session: Session) -> SessionHandle {
        let handle: SessionHandle
        if let index = free.popLast() {
            handle = SessionHandle(rawValue: index)
            sessions[Int(index)] = session
        } else {
            handle = SessionHandle(rawValue: Int32(sessions.count))
            sessions.append(session)
        }
        handles[session.id] = handle
        return handle
    }

    mutating func remove(_ handle: SessionHandle) {
        handles[self[handle].id] = nil
        sessions[Int(handle.rawValue)] = nil
        free.append(handle.rawValue)
    }

    /// Open sessions in the order of their handles.
    var open: [SessionHandle] {
        sessions.indices.filter { sessions[$0] != nil }.map {
            SessionHandle(rawValue: Int32($0))
        }
    }
}
