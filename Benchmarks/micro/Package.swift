// swift-tools-version: 6.2
import PackageDescription

/// The microbenchmarks, a package of their own: what they need besides (ordo-one/benchmark and what
/// that brings) is neither downloaded nor resolved by anybody who builds GridCall.
///
/// GridCall's modules speak to each other through `package` declarations, which end at a package's
/// border. So the modules that are measured are built here once more, from the same files:
/// `Shared`, `Broker` and `HotPath` are links. Which module may import which is the root's to say.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A module of GridCall's below one of the links.
func module(
    _ folder: String, _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "\(folder)/\(name)", exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "gridcall-micro",
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // Without its traits, which replace malloc and reference counting in order to count them.
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
    ],
    targets: [
        .target(
            name: "CZeroMQ", path: "Shared/CZeroMQ", linkerSettings: [.linkedLibrary("dl")]),
        .systemLibrary(name: "CSQLite", path: "Broker/CSQLite"),
        module("Shared", "ZeroMQ", ["CZeroMQ"]),
        module("Shared", "ServiceNotify", [logging]),
        module("Shared", "GridModel", []),
        module("Shared", "GridCodec", ["GridModel", protobuf], exclude: ["wire.proto"]),
        module("Broker", "Access", ["GridModel"]),
        module("Broker", "Catalogue", ["GridModel", yams]),
        module("Broker", "BrokerEngine", ["GridModel", histogram]),
        module(
            "Broker", "BrokerJournal",
            ["GridModel", "BrokerEngine", "CSQLite", grdb, sqlite, crypto],
            exclude: ["journal.proto"]),
        module(
            "Broker", "BrokerViews",
            ["GridModel", "GridCodec", "BrokerEngine", "BrokerJournal", grdb, protobuf, logging]),
        module(
            "Broker", "BrokerServer",
            [
                "ZeroMQ", "GridModel", "GridCodec", "BrokerEngine", "BrokerJournal", "BrokerViews",
                "Access", "Catalogue", "ServiceNotify", crypto, logging, histogram,
            ]),
        .target(
            name: "HotPath",
            dependencies: [
                "Access", "BrokerEngine", "BrokerJournal", "BrokerServer", "GridCodec", "GridModel",
                "ZeroMQ",
            ], path: "HotPath", swiftSettings: strict),
        .executableTarget(
            name: "Street",
            dependencies: [
                "BrokerEngine", "BrokerJournal", "BrokerViews", "GridCodec", "GridModel", "HotPath",
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/Street",
            swiftSettings: [.swiftLanguageMode(.v6)],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
