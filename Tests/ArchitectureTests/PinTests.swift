import Testing

/// What is built twice is built with the same dependencies.
@Suite("Pins of dependencies")
struct PinTests {
    @Test("the package of the microbenchmarks pins what the root pins")
    func pins() throws {
        let root = try Self.pins(of: "Package.swift")
        let nested = try Self.pins(of: "Benchmarks/micro/Package.swift")
        #expect(root.count > 5 && nested.count > 5)
        let runner = "https://github.com/ordo-one/benchmark"
        #expect(nested[runner] != nil)
        for (address, version) in nested where address != runner {
            #expect(root[address] == version, "\(address) is pinned to \(version)")
        }
    }

    /// The exact versions in a manifest, by the address of the package.
    private static func pins(of manifest: String) throws -> [String: String] {
        var pins: [String: String] = [:]
        for line in try SourceTree.text(of: manifest).split(separator: "\n") {
            let parts = line.split(separator: "\"")
            guard line.contains(".package(url:"), line.contains("exact:"), parts.count > 3 else {
                continue
            }
            pins[String(parts[1])] = String(parts[3])
        }
        return pins
    }
}
