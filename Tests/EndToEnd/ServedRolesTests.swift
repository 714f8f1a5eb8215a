import Foundation
import GridCodec
import TestSupport
import Testing

/// The table that `gridcall-broker roles` prints, held against a broker that runs.
@Suite(.serialized)
struct ServedRolesTests {
    @Test("Every cell of the printed table is what the broker does")
    func everyCell() async throws {
        let street = try Street(
            catalogue: SmallStreet.catalogue(lease: "10min"), endpoint: Street.freeEndpoint())
        let table = try PrintedRoles(try await street.broker(["roles"]))
        let people = try await RoleProbe(street, roles: table.roles)
        var exercised = 0
        for cell in table.cells {
            let seen = try await people.attempt(cell.action, as: cell.role)
            #expect(seen == cell.expected, "\(cell.role) \(cell.action) \(cell.reach)")
            exercised += 1
        }
        print("role table: \(exercised) cells exercised, \(table.count) printed")
        #expect(exercised == table.count)
    }
}

/// The table as the broker prints it.
struct PrintedRoles {
    /// What a role may do with an action.
    struct Cell {
        let action: String
        let role: String
        let reach: String

        /// What a peer of the role meets.
        var expected: RoleProbe.Seen {
            let scoped = RoleProbe.beyondReach[action]
            switch reach {
            case "all": return .init(own: "done", others: scoped.map { _ in "done" })
            case "own": return .init(own: "done", others: scoped)
            default: return .init(own: "300", others: scoped.map { _ in "300" })
            }
        }
    }

    let roles: [String]
    let cells: [Cell]
    /// How many cells the broker says there are.
    let count: Int

    init(_ text: String) throws {
        let lines = text.split(separator: "\n").map(String.init)
        let rows = lines.filter { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        guard rows.count > 2, let words = lines.last?.split(separator: " "),
            let count = words.first.flatMap({ Int($0) }), words.last == "cells"
        else { throw TestFailure("no table: \(text)") }
        self.count = count
        let roles = Array(rows[0].dropFirst(2))
        self.roles = roles
        cells = rows.dropFirst(2).flatMap { row in
            zip(roles, row.dropFirst(2)).map { Cell(action: row[1], role: $0, reach: $1) }
        }
    }
}
