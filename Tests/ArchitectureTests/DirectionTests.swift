import Testing

/// Who may import whom; the table of ARCHITECTURE.md.
@Suite("Directions between modules")
struct DirectionTests {
    private static let allowed: [String: Set<String>] = [
        "ZeroMQ": ["CZeroMQ"],
        "ServiceNotify": [],
        "Monotonic": [],
        "GridModel": [],
        "GridCodec": ["GridModel"],
        "GridSession": ["GridModel", "GridCodec", "Monotonic", "ZeroMQ"],
        "BrokerEngine": ["GridModel"],
        "Threads": ["CThreads"],
        "BrokerJournal": ["CSQLite", "GridModel", "BrokerEngine"],
        "BrokerViews": [
            "GridModel", "GridCodec", "Monotonic", "BrokerEngine", "BrokerJournal",
            "Threads",
        ],
        "Access": ["GridModel"],
        "Catalogue": ["GridModel"],
        "BrokerServer": [
            "ZeroMQ", "ServiceNotify", "GridModel", "GridCodec", "Monotonic", "BrokerEngine",
            "BrokerJournal", "BrokerViews", "Access", "Catalogue", "CMalloc", "Threads",
        ],
        "gridcall-broker": ["BrokerServer", "GridModel"],
        "WorkerKit": ["GridModel", "GridCodec", "GridSession", "ServiceNotify", "ZeroMQ"],
        "Webhook": ["GridModel", "GridCodec", "WorkerKit"],
        "Departments": ["GridModel", "WorkerKit"],
        "gridcall-worker": ["WorkerKit", "Webhook", "Departments", "ServiceNotify"],
        "ClientKit": ["GridModel", "GridCodec", "GridSession", "Monotonic", "ZeroMQ"],
        "gridcall": ["GridModel", "GridCodec", "ClientKit"],
        "ConsoleKit": ["GridModel", "GridCodec", "GridSession", "ClientKit"],
        "gridcall-console": [
            "GridModel", "GridSession", "ServiceNotify", "ClientKit", "ConsoleKit",
        ],
    ]

    /// Modules whose hand-written files do no I/O and read no clock, with what they may import.
    private static let pure: [String: Set<String>] = [
        "GridModel": [], "BrokerEngine": ["GridModel", "Histogram"], "Access": ["GridModel"],
    ]

    @Test("every module imports only what lies below it")
    func directions() throws {
        let files = try SourceTree("Sources").files
        #expect(files.count > 50)
        let ours = Set(Self.allowed.keys).union(["CZeroMQ", "CSQLite", "CMalloc", "CThreads"])
        for file in files {
            let allowed = try #require(Self.allowed[file.module], "\(file.path) is of no module")
            for name in file.imports where ours.contains(name) {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test("pure modules import nothing that could do I/O")
    func pureImports() throws {
        for file in try SourceTree("Sources").files {
            guard let allowed = Self.pure[file.module] else { continue }
            for name in file.imports {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test("the HTTP client stays in one module, and that in one program")
    func httpClient() throws {
        for file in try SourceTree("Sources").files {
            let client = file.imports.filter { $0 == "AsyncHTTPClient" || $0.hasPrefix("NIO") }
            let isServer = file.module == "gridcall-console" && client == ["NIOCore"]
            #expect(
                client.isEmpty || file.module == "Webhook" || isServer,
                "\(file.path) imports \(client)")
            let server = file.imports.filter { $0.hasPrefix("Hummingbird") }
            #expect(
                server.isEmpty || file.module == "gridcall-console",
                "\(file.path) imports \(server)")
            let isUser = ["Webhook", "gridcall-worker"].contains(file.module)
            #expect(isUser || !file.imports.contains("Webhook"), "\(file.path) imports Webhook")
        }
    }

    @Test("pure modules use no async, task, thread or print")
    func pureWords() throws {
        let forbidden = [" async ", "await ", "Task {", "Task.", "Thread", "print(", " Date("]
        for file in try SourceTree("Sources").files where Self.pure[file.module] != nil {
            for (number, line) in file.lines.enumerated() where !line.contains("//") {
                for word in forbidden {
                    #expect(!line.contains(word), "\(file.path):\(number + 1) has \(word)")
                }
            }
        }
    }

    @Test("the machines of session, worker, turn, screen and console read no clock and do no I/O")
    func machines() throws {
        let machines = [
            "PeerSession", "ReliableQueue", "Backoff", "WorkerMachine", "BrokerCore", "TopModel",
            "TerminalKey", "TableLayout", "ScreenPainter", "RateMeter", "BrokerState", "StuckParts",
            "LatencyHistory", "FragmentBoard", "AccessRules", "RateLimiter", "LineChart",
            "WatchFollower",
        ]
        let forbidden: Set = ["Glibc", "Dispatch", "Logging"]
        let files = try SourceTree("Sources").files.filter { file in
            machines.contains { file.path.split(separator: "/").last?.hasPrefix($0) ?? false }
        }
        #expect(files.count >= machines.count)
        for file in files {
            #expect(forbidden.isDisjoint(with: file.imports), "\(file.path)")
            for word in ["clock_gettime", " Date(", "SystemRandom", "ContinuousClock"] {
                #expect(!file.lines.contains { $0.contains(word) }, "\(file.path) has \(word)")
            }
        }
    }
}
