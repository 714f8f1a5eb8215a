// swift-tools-version: 6.2
import PackageDescription

/// The library of libFuzzer's driver, if this is the build of `make fuzz`.
let fuzzDriver = Context.environment["GRIDCALL_FUZZ"]

/// What libFuzzer needs to see which way an input goes. The compiler's driver would link
/// libFuzzer's own `main` as well, so that only the frontend is told.
let coverage: [SwiftSetting] =
    fuzzDriver == nil ? [] : [.unsafeFlags(["-Xfrontend", "-sanitize=fuzzer"])]

/// Every target is built in Swift 6 language mode with warnings as errors.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
        // What one module asks of another, a thousand times a message, is worth inlining.
        .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
    ] + coverage

/// Pure modules also mark every use of an unsafe construct.
let pure: [SwiftSetting] = strict + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let asyncHTTPClient = Target.Dependency.product(
    name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// The program that runs a target under libFuzzer; in no other build, since it links only there.
let fuzzing: [Target] =
    fuzzDriver.map { driver in
        [
            .executableTarget(
                name: "gridcall-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Driver",
                swiftSettings: strict,
                linkerSettings: [.unsafeFlags([driver, "-lstdc++", "-use-ld=lld"])])
        ]
    } ?? []

let package = Package(
    name: "gridcall",
    products: [
        .executable(name: "gridcall", targets: ["gridcall"]),
        .executable(name: "gridcall-broker", targets: ["gridcall-broker"]),
        .executable(name: "gridcall-worker", targets: ["gridcall-worker"]),
        .executable(name: "gridcall-bench", targets: ["gridcall-bench"]),
        .executable(name: "gridcall-console", targets: ["gridcall-console"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        // Without traits: it reads no configuration and needs no more of Foundation than we do.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        // Shared: what every process speaks.
        .target(
            name: "CZeroMQ", path: "Sources/Shared/CZeroMQ",
            linkerSettings: [.linkedLibrary("dl")]),
        .target(
            name: "ZeroMQ", dependencies: ["CZeroMQ"], path: "Sources/Shared/ZeroMQ",
            swiftSettings: strict),
        .target(
            name: "ServiceNotify", dependencies: [logging], path: "Sources/Shared/ServiceNotify",
            swiftSettings: strict),
        .target(
            name: "Monotonic", path: "Sources/Shared/Monotonic", swiftSettings: strict),
        .target(name: "GridModel", path: "Sources/Shared/GridModel", swiftSettings: pure),
        .target(
            name: "GridCodec", dependencies: ["GridModel", protobuf],
            path: "Sources/Shared/GridCodec", exclude: ["wire.proto"], swiftSettings: strict),
        .target(
            name: "GridSession",
            dependencies: ["GridModel", "GridCodec", "Monotonic", "ZeroMQ", protobuf, logging],
            path: "Sources/Shared/GridSession", swiftSettings: strict),

        // Broker: decide, store, answer.
        .target(
            name: "BrokerEngine", dependencies: ["GridModel", histogram],
            path: "Sources/Broker/BrokerEngine", swiftSettings: strict),
        .systemLibrary(name: "CSQLite", path: "Sources/Broker/CSQLite"),
        .systemLibrary(name: "CMalloc", path: "Sources/Broker/CMalloc"),
        .systemLibrary(name: "CThreads", path: "Sources/Broker/CThreads"),
        .target(
            name: "Threads", dependencies: ["CThreads"], path: "Sources/Broker/Threads",
            swiftSettings: strict),
        .target(
            name: "BrokerJournal",
            dependencies: ["GridModel", "BrokerEngine", "CSQLite", grdb, sqlite, crypto],
            path: "Sources/Broker/BrokerJournal", exclude: ["journal.proto"],
            swiftSettings: strict),
        .target(
            name: "BrokerViews",
            dependencies: [
                "GridModel", "GridCodec", "Monotonic", "BrokerEngine", "BrokerJournal", "Threads",
                grdb, protobuf, logging,
            ],
            path: "Sources/Broker/BrokerViews", swiftSettings: strict),
        .target(
            name: "Catalogue", dependencies: ["GridModel", yams], path: "Sources/Broker/Catalogue",
            swiftSettings: strict),
        .target(
            name: "Access", dependencies: ["GridModel"], path: "Sources/Broker/Access",
            swiftSettings: pure),
        .target(
            name: "BrokerServer",
            dependencies: [
                "ZeroMQ", "GridModel", "GridCodec", "Monotonic", "BrokerEngine", "BrokerJournal",
                "BrokerViews", "Access", "Catalogue", "CMalloc", "Threads", "ServiceNotify",
                crypto, logging, histogram,
            ],
            path: "Sources/Broker/BrokerServer", swiftSettings: strict),
        .executableTarget(
            name: "gridcall-broker",
            dependencies: ["BrokerServer", "GridModel", argumentParser],
            path: "Sources/Broker/gridcall-broker", swiftSettings: strict),

        // Workers: a department's side.
        .target(
            name: "WorkerKit",
            dependencies: [
                "GridModel", "GridCodec", "GridSession", "ServiceNotify", "ZeroMQ", protobuf,
                logging,
                subprocess, system,
            ],
            path: "Sources/Workers/WorkerKit", swiftSettings: strict),
        .target(
            name: "Departments", dependencies: ["GridModel", "WorkerKit"],
            path: "Sources/Workers/Departments", swiftSettings: strict),
        // Apart from WorkerKit, so that only what calls servers carries an HTTP client.
        .target(
            name: "Webhook",
            dependencies: [
                "GridModel", "GridCodec", "WorkerKit", asyncHTTPClient, nioCore, nioHTTP1, nioPosix,
                nioSSL, crypto, logging,
            ],
            path: "Sources/Workers/Webhook", swiftSettings: strict),
        .executableTarget(
            name: "gridcall-worker",
            dependencies: [
                "WorkerKit", "Webhook", "Departments", "ServiceNotify", argumentParser, logging,
            ],
            path: "Sources/Workers/gridcall-worker", swiftSettings: strict),

        // Client: a terminal's and an operator's side.
        .target(
            name: "ClientKit",
            dependencies: [
                "GridModel", "GridCodec", "GridSession", "Monotonic", "ZeroMQ", protobuf, logging,
                crypto, yams,
            ],
            path: "Sources/Client/ClientKit", swiftSettings: strict),
        .executableTarget(
            name: "gridcall", dependencies: ["ClientKit", argumentParser, logging],
            path: "Sources/Client/gridcall", swiftSettings: strict),

        // Console: what operators watch in a browser, and what a monitoring system scrapes.
        .target(
            name: "ConsoleKit",
            dependencies: [
                "ClientKit", "GridModel", "GridCodec", "GridSession", crypto, logging, protobuf,
            ],
            path: "Sources/Console/ConsoleKit",
            resources: [
                .embedInCode("Assets/console.css"), .embedInCode("Assets/console.js"),
                .embedInCode("Assets/icon.svg"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "gridcall-console",
            dependencies: [
                "ConsoleKit", "ClientKit", "GridModel", "GridSession", "ServiceNotify",
                argumentParser, httpTypes, hummingbird, lifecycle, logging, nioCore,
            ],
            path: "Sources/Console/gridcall-console", swiftSettings: strict),

        // The load generator and the bare relay it is compared with.
        .executableTarget(
            name: "gridcall-bench",
            dependencies: [
                "ZeroMQ", "GridModel", "GridCodec", "GridSession", "BrokerEngine", "BrokerJournal",
                "BrokerViews", "HotPath", argumentParser, histogram, logging, protobuf,
            ],
            path: "Benchmarks/gridcall-bench", swiftSettings: strict),
        // A call's life through core and codec alone, whose instructions are counted.
        .target(
            name: "HotPath",
            dependencies: [
                "Access", "BrokerEngine", "BrokerJournal", "BrokerServer", "GridCodec", "GridModel",
                "ZeroMQ",
            ], path: "Benchmarks/HotPath", swiftSettings: strict),

        // Tests, a target for each module; end to end with real processes.
        .testTarget(
            name: "MonotonicTests", dependencies: ["Monotonic"], swiftSettings: strict),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"], swiftSettings: strict),
        .testTarget(
            name: "ServiceNotifyTests", dependencies: ["ServiceNotify", logging],
            swiftSettings: strict),
        .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ"], swiftSettings: strict),
        .testTarget(name: "GridModelTests", dependencies: ["GridModel"], swiftSettings: strict),
        .testTarget(
            name: "GridCodecTests", dependencies: ["GridCodec", "GridModel", protobuf],
            swiftSettings: strict),
        .testTarget(
            name: "GridSessionTests",
            dependencies: ["GridSession", "GridCodec", "GridModel", "ZeroMQ", protobuf, logging],
            swiftSettings: strict),
        .testTarget(
            name: "BrokerEngineTests",
            dependencies: ["BrokerEngine", "BrokerJournal", "GridModel", histogram],
            swiftSettings: strict),
        .testTarget(
            name: "BrokerJournalTests",
            dependencies: ["BrokerJournal", "BrokerEngine", "GridModel", grdb, protobuf],
            swiftSettings: strict),
        .testTarget(
            name: "BrokerViewsTests",
            dependencies: [
                "BrokerViews", "BrokerJournal", "BrokerEngine", "GridModel", "GridCodec", grdb,
                logging, protobuf,
            ], swiftSettings: strict),
        .testTarget(
            name: "BrokerServerTests",
            dependencies: [
                "BrokerServer", "Access", "BrokerEngine", "BrokerJournal", "Catalogue", "GridCodec",
                "GridModel", "ZeroMQ", protobuf, logging,
            ], swiftSettings: strict),
        .testTarget(
            name: "AccessTests", dependencies: ["Access", "GridModel"], swiftSettings: strict),
        .testTarget(
            name: "ArchitectureTests", dependencies: ["Access"], swiftSettings: strict),
        .testTarget(
            name: "CatalogueTests", dependencies: ["Catalogue", "GridModel"],
            swiftSettings: strict),
        .testTarget(
            name: "WorkerKitTests",
            dependencies: [
                "WorkerKit", "GridCodec", "GridModel", "GridSession", "ServiceNotify", "ZeroMQ",
                logging, protobuf,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WebhookTests",
            dependencies: ["Webhook", "WorkerKit", "GridCodec", "GridModel", crypto, logging],
            swiftSettings: strict),
        .testTarget(
            name: "DepartmentsTests",
            dependencies: ["Departments", "WorkerKit", "Catalogue", "GridModel"],
            swiftSettings: strict),
        .testTarget(
            name: "ClientKitTests",
            dependencies: [
                "ClientKit", "gridcall", "GridSession", "GridCodec", "GridModel", argumentParser,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ConsoleKitTests",
            dependencies: [
                "ConsoleKit", "ClientKit", "GridCodec", "GridModel", "GridSession",
            ],
            swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: ["ZeroMQ", "GridModel", "GridCodec", protobuf], path: "Tests/Support",
            swiftSettings: strict),
        .testTarget(
            name: "EndToEnd",
            dependencies: [
                "TestSupport", "GridCodec", "GridModel", asyncHTTPClient, nioCore, nioHTTP1,
                protobuf,
            ],
            path: "Tests/EndToEnd", exclude: ["prepare.sh", "python"], swiftSettings: strict),
        // A whole street from one seed; the program runs many seeds, also in a release build.
        .target(
            name: "Simulator",
            dependencies: [
                "BrokerServer", "BrokerEngine", "BrokerJournal", "BrokerViews", "GridSession",
                "GridCodec", "GridModel", "WorkerKit", "ClientKit", "ZeroMQ", grdb,
            ], path: "Tests/Simulation/Simulator", swiftSettings: strict),
        .executableTarget(
            name: "gridcall-simulate", dependencies: ["Simulator", argumentParser],
            path: "Tests/Simulation/gridcall-simulate", swiftSettings: strict),
        .testTarget(
            name: "Simulation", dependencies: ["Simulator"], path: "Tests/Simulation/Tests",
            swiftSettings: strict),

        // What fuzzing shows to the modules (Tests/Fuzz/README.md), and its corpus as a test.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Access", "BrokerEngine", "BrokerJournal", "BrokerServer", "Catalogue", "ClientKit",
                "GridCodec", "GridModel", "GridSession", "WorkerKit", "ZeroMQ", protobuf,
            ], path: "Tests/Fuzz/Targets", swiftSettings: strict),
        .testTarget(
            name: "FuzzReplayTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
    ] + fuzzing
)
