import Access
import GridModel
import Testing

private let keyA = String(repeating: "a", count: 40)
private let keyB = "#" + String(repeating: "b", count: 39)

@Suite("AuthorizedKeys")
struct AuthorizedKeysTests {
    @Test("reads keys, leaves comments, writes what it read")
    func roundTrip() throws {
        let text = """
            # Reporters of the first grid

            \(keyA) role=terminal name=reporter-1 grids=gl-101,gl-102
            \(keyB) role=worker name=urban-1 departments=urban expires=2027-01-31T16:00:00Z

            """
        var keys = try AuthorizedKeys(text: text)
        #expect(keys.keys.map(\.name) == ["reporter-1", "urban-1"])
        #expect(keys.keys[0].grids == ["gl-101", "gl-102"] && keys.keys[1].role == .worker)
        #expect(keys.text == text)
        #expect(keys.remove("urban-1")?.key == keyB)
        #expect(keys.keys.count == 1 && !keys.text.contains("urban-1"))
        #expect(keys.text.hasPrefix("# Reporters"))
        #expect(keys.remove("urban-1") == nil)
    }

    @Test("a key that was removed is not in the file, however its line was written")
    func indented() throws {
        let text = "  \(keyA)   role=terminal  name=a\n \(keyB) role=operator name=b\n"
        var keys = try AuthorizedKeys(text: text)
        #expect(keys.remove("a")?.key == keyA)
        #expect(try AuthorizedKeys(text: keys.text).keys.map(\.name) == ["b"])
        #expect(keys.remove(keyB)?.name == "b")
        #expect(try AuthorizedKeys(text: keys.text).keys.isEmpty)
    }

    @Test("a file whose lines end as on Windows means the same, keys behind comments included")
    func carriageReturns() throws {
        let text = "# office\n\(keyA) role=terminal name=a\n\(keyB) role=operator name=b\n"
        let windows = text.split(separator: "\n").map { $0 + "\r\n" }.joined()
        var keys = try AuthorizedKeys(text: windows)
        #expect(keys.keys.map(\.name) == ["a", "b"])
        #expect(keys.text == text)
        #expect(keys.remove("a") != nil)
        #expect(try AuthorizedKeys(text: keys.text).keys.map(\.name) == ["b"])
    }

    @Test(
        "every mistake is named with its line",
        arguments: [
            ("short role=terminal name=a", "40 characters"),
            ("\(keyA) role=king name=a", "role="), ("\(keyA) name=a", "role="),
            ("\(keyA) role=terminal", "name="), ("\(keyA) role=terminal name=a/b", "name="),
            ("\(keyA) role=worker name=a", "needs departments="),
            ("\(keyA) role=terminal name=a departments=urban", "for workers"),
            ("\(keyA) role=operator name=a grids=g", "for terminals"),
            ("\(keyA) role=terminal name=a grids=g,", "none can be"),
            ("\(keyA) role=terminal name=a expires=2027-02-29", "expires="),
            ("\(keyA) role=terminal name=a colour=red", "there is no colour"),
            ("\(keyA) role=terminal name=a name=b", "twice"),
            ("\(keyA) role=terminal name=a stray", "NAME=VALUE"),
            ("#comment without space role=terminal", "40 characters"),
        ])
    func mistakes(line: String, word: String) throws {
        do {
            _ = try AuthorizedKeys(text: "# fine\n" + line + "\n")
            Issue.record("accepted: \(line)")
        } catch {
            #expect(error.list.map(\.line) == [2])
            #expect(error.list[0].reason.contains(word), "\(error.list[0].reason)")
        }
    }

    @Test("a key or a name that comes twice is a mistake, in the file and when added")
    func twice() throws {
        let line = "\(keyA) role=terminal name=a"
        #expect(throws: AuthorizedKeys.Mistakes.self) {
            try AuthorizedKeys(text: line + "\n" + line)
        }
        var keys = try AuthorizedKeys(text: line)
        #expect(throws: KeyLineMistake.self) {
            try keys.add(AuthorizedKey(key: keyB, role: .terminal, name: "a"))
        }
        try keys.add(AuthorizedKey(key: keyB, role: .auditor, name: "b"))
        #expect(try AuthorizedKeys(text: keys.text).keys.count == 2)
    }

    @Test("a day lasts to its end, and every day of a century survives its text")
    func expiry() throws {
        func key(_ expires: String) throws -> AuthorizedKey {
            try AuthorizedKey(line: "\(keyA) role=auditor name=a expires=\(expires)")
        }
        let day = try key("1970-01-01")
        #expect(!day.isExpired(at: Timestamp(milliseconds: 86_399_999)))
        #expect(day.isExpired(at: Timestamp(milliseconds: 86_400_000)))
        #expect(try key("2000-02-29T23:59:59Z").expires?.milliseconds == 951_868_799_000)
        for day in Int64(1)...36_600 {
            var made = try key("1970-01-01")
            made.expires = Timestamp(milliseconds: day * 86_400_000 + 3_723_000)
            #expect(try AuthorizedKey(line: made.line) == made)
        }
    }
}

@Suite("RoleTable")
struct RoleTableTests {
    /// Who gives which commands, written down a second time.
    private static let commands: [AccessRole: Set<AccessAction>] = [
        .terminal: [.check],
        .officer: [
            .accept, .arrive, .propose, .complete, .return, .fail, .requestExtension, .suspend,
            .resume, .reply, .report,
        ],
        .reviewer: [.review, .supervise],
        .operator: [
            .redispatch, .requeue, .withdraw, .void, .suspend, .resume, .check, .verify, .bypass,
            .supervise, .decideExtension, .merge, .unmerge, .pauseQueue, .resumeQueue,
            .directWorker, .confirmClock, .openCampaign, .extendCampaign, .closeCampaign,
            .recordActivity, .requestErasure, .confirmErasure,
        ],
    ]

    @Test("whoever does the work neither reviews nor checks it, nor grants its own extension")
    func separation() {
        for role in AccessRole.allCases where RoleTable.reach(role, .complete) != .none {
            for action in [AccessAction.review, .bypass, .check, .decideExtension, .verify] {
                #expect(RoleTable.reach(role, action) == .none, "\(role) \(action)")
            }
        }
    }

    @Test("every cell is filled, and every role commands what it should and nothing else")
    func cells() {
        var count = 0
        for action in AccessAction.allCases {
            for role in AccessRole.allCases {
                count += 1
                let reach = RoleTable.reach(role, action)
                if action.kind == "Command" {
                    let mayCommand = Self.commands[role]?.contains(action) == true
                    #expect((reach != .none) == mayCommand, "\(role) \(action)")
                }
                if role == .auditor, action.kind != "Query" { #expect(reach == .none) }
            }
        }
        #expect(count == RoleTable.cellCount)
        #expect(RoleTable.markdown.split(separator: "\n").count == AccessAction.allCases.count + 2)
    }
}

@Suite("AccessControl")
struct AccessControlTests {
    private func control(_ lines: String...) throws -> AccessControl {
        AccessControl(try AuthorizedKeys(text: lines.joined(separator: "\n")), localRole: nil)
    }

    @Test("only keys of the file that are not expired open anything")
    func identities() throws {
        let control = try control(
            "\(keyA) role=terminal name=a expires=2027-01-01", "\(keyB) role=auditor name=b")
        let early = Timestamp(milliseconds: 0)
        let late = Timestamp(milliseconds: 2_000_000_000_000)
        #expect(control.identity(of: keyA, at: early)?.role == .terminal)
        #expect(control.identity(of: keyA, at: late) == nil)
        #expect(control.identity(of: keyB, at: late)?.role == .auditor)
        #expect(control.identity(of: "other", at: early) == nil)
        #expect(control.identity(of: nil, at: early) == nil)
    }

    @Test("a reload keeps who did not change and forgets who is gone")
    func replaced() throws {
        var control = try control(
            "\(keyA) role=terminal name=a", "\(keyB) role=worker name=b departments=urban")
        let before = control.identity(of: keyA, at: .zero)
        let worker = control.identity(of: keyB, at: .zero)
        control.replace(
            try AuthorizedKeys(
                text: "\(keyA) role=terminal name=a\n\(keyB) role=worker name=b departments=x"))
        #expect(control.identity(of: keyA, at: .zero) === before)
        #expect(control.identity(of: keyB, at: .zero) !== worker)
        control.replace(try AuthorizedKeys(text: ""))
        #expect(control.identity(of: keyA, at: .zero) == nil && control.count == 0)
    }

    @Test("a role's own reach ends at the departments and grids of the key")
    func scopes() throws {
        let control = try control(
            "\(keyA) role=terminal name=a grids=g1", "\(keyB) role=worker name=b departments=urban")
        let terminal = try #require(control.identity(of: keyA, at: .zero))
        let worker = try #require(control.identity(of: keyB, at: .zero))
        #expect(terminal.mayServe(grid: "g1") && !terminal.mayServe(grid: "g2"))
        #expect(worker.mayServe(department: "urban") && !worker.mayServe(department: "market"))
        #expect(worker.mayBe(.worker) && !worker.mayBe(.operator) && !terminal.mayBe(.worker))
    }
}
