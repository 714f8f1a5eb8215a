import Foundation
import GridCodec
import TestSupport

/// One try to get what is somebody else's, and all it may get.
struct Intrusion {
    let name: String
    /// Whose key is proved; `nil` for none.
    let key: String?
    /// The server key that is believed in.
    var server = "broker"
    /// The name the connection gives itself.
    var routingID: String?
    /// What is sent, in the words of intruder.py.
    let steps: [String]
    /// What came: for the handshake, then for each step.
    let expected: [String]

    private static let refusedHandshake = ["no connection", "nothing", "nothing"]
    private static let tries = ["hello", "submit:g-1"]

    /// Every try, against what the street of `IntruderTests` has.
    static func table(_ loot: Loot) -> [Intrusion] {
        connections + roles(loot) + scopes + claims(loot) + identities(loot)
    }

    /// Nobody gets in without a key in force and the broker's real key.
    private static let connections = [
        Intrusion(name: "no key", key: nil, steps: tries, expected: refusedHandshake),
        Intrusion(
            name: "wrong server key", key: "reporter", server: "stranger", steps: tries,
            expected: refusedHandshake),
        Intrusion(name: "unknown key", key: "stranger", steps: tries, expected: refusedHandshake),
        Intrusion(name: "expired key", key: "expired", steps: tries, expected: refusedHandshake),
        Intrusion(name: "revoked key", key: "revoked", steps: tries, expected: refusedHandshake),
    ]

    /// Nobody is what the key does not say, or does what its role does not do.
    private static func roles(_ loot: Loot) -> [Intrusion] {
        [
            Intrusion(
                name: "terminal's key as a worker", key: "reporter",
                steps: ["hello:role=worker,department=urban", "outcome:\(loot.claim)"],
                expected: ["connected", "Error 300 role", "Error 7"]),
            Intrusion(
                name: "terminal's key as an operator", key: "reporter",
                steps: ["hello:role=operator", "withdraw:\(loot.call)"],
                expected: ["connected", "Error 300 role", "Error 7"]),
            Intrusion(
                name: "worker's key as an auditor", key: "market",
                steps: ["hello:role=auditor", "submit:g-1"],
                expected: ["connected", "Error 300 role", "Error 7"]),
            Intrusion(
                name: "a terminal reports an outcome", key: "reporter",
                steps: ["hello", "outcome:\(loot.claim)", "progress:\(loot.claim)"],
                expected: ["connected", "Welcome", "Error 300", "Error 300"]),
            Intrusion(
                name: "a terminal gives a command", key: "reporter",
                steps: ["hello", "withdraw:\(loot.call)"],
                expected: ["connected", "Welcome", "CommandReply 300"]),
            Intrusion(
                name: "a worker files and commands", key: "market",
                steps: ["hello:department=market", "submit:g-1", "withdraw:\(loot.call)"],
                expected: ["connected", "Welcome", "Error 300", "CommandReply 300"]),
        ]
    }

    /// The right role stays in its departments and grids.
    private static let scopes = [
        Intrusion(
            name: "wrong department", key: "market", steps: ["hello:department=urban"],
            expected: ["connected", "Error 300 department"]),
        Intrusion(
            name: "a worker in a wrong grid", key: "first-grid",
            steps: ["hello:department=market,grids=g-2"],
            expected: ["connected", "Error 300 grids"]),
        Intrusion(
            name: "a terminal in a wrong grid", key: "reporter", steps: ["hello", "submit:g-2"],
            expected: ["connected", "Welcome", "Receipt 300"]),
    ]

    /// A claim is worth nothing in other hands.
    private static func claims(_ loot: Loot) -> [Intrusion] {
        [
            Intrusion(
                name: "another department's claim token", key: "market",
                steps: [
                    "hello:department=market", "progress:\(loot.claim)", "outcome:\(loot.claim)",
                ],
                expected: [
                    "connected", "Welcome", "OutcomeReceipt 207", "OutcomeReceipt 207",
                ]),
            Intrusion(
                name: "another department's claim token as one in hand", key: "market",
                steps: [
                    "hello:department=market,claims=\(loot.claim)", "heartbeat:\(loot.claim)",
                    "outcome:\(loot.claim)",
                ],
                expected: [
                    "connected", "Welcome lost", "nothing", "OutcomeReceipt 207",
                ]),
        ]
    }

    /// Nobody is somebody else by name.
    private static func identities(_ loot: Loot) -> [Intrusion] {
        [
            Intrusion(
                name: "another key's session id", key: "market",
                steps: ["hello:department=market,session=\(loot.session)", "submit:g-1"],
                expected: ["connected", "Error 300 session", "Error 7"]),
            Intrusion(
                name: "the routing id of a peer that lives", key: "market",
                routingID: loot.livingRoute,
                steps: ["submit:g-1", "outcome:\(loot.claim)", "hello:department=market"],
                expected: ["connected", "nothing", "nothing", "nothing"]),
            Intrusion(
                name: "the routing id of a peer that went", key: "market",
                routingID: loot.leftRoute,
                steps: ["submit:g-1", "outcome:\(loot.claim)", "hello:department=market"],
                expected: ["connected", "Error 7", "Error 7", "Welcome"]),
        ]
    }
}

/// What intruders are after.
struct Loot {
    /// An urban worker's claim, as intruder.py reads it.
    let claim: String
    /// The id of the claim's call.
    let call: String
    /// The session of the worker that holds the claim.
    let session: String
    /// The routing id of that worker's connection.
    let livingRoute = "urban-worker"
    /// The routing id of a terminal that is gone, whose session is not.
    let leftRoute = "left-terminal"
}
