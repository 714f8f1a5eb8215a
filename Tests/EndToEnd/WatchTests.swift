import Foundation
import TestSupport
import Testing

/// `gridcall watch` of a running street.
@Suite(.serialized)
struct WatchTests {
    /// The lines a program has written so far, whole ones.
    private func lines(_ program: Program) -> [String] {
        program.output.split(separator: "\n").map(String.init)
    }

    /// Where an event stands.
    private struct Place: Decodable {
        let batch: Int
        let place: Int

        func follows(_ other: Place) -> Bool {
            batch == other.batch ? place == other.place + 1 : batch == other.batch + 1 && place == 1
        }
    }

    @Test("Events of the whole journal are those of an export, also over a broker that was killed")
    func wholeJournal() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        let broker = try await street.startBroker()
        let first = try await street.submit("one")
        let watch = try street.launchClient([
            "watch", "--from", "1", "--interval", "0.1", "--format", "json",
        ])
        try await street.until("the first call is shown") { watch.output.contains(first) }
        broker.kill()
        try await street.until("it is said that the broker is gone") {
            watch.errors.contains("is gone")
        }
        _ = try await street.startBroker()
        let second = try await street.submit("three")
        try await street.until("the second call is shown") { watch.output.contains(second) }
        watch.send(SIGTERM)
        #expect(try await watch.wait() == .exited(0), "\(watch.errors)")
        #expect(watch.errors.components(separatedBy: "is gone").count == 2)

        let export = try await street.gridcall("audit", "export").output
        var place = Place(batch: 1, place: 0)
        var rest = export.startIndex..<export.endIndex
        for line in lines(watch) {
            let next = try JSONDecoder().decode(Place.self, from: Data(line.utf8))
            #expect(next.follows(place), "\(next) after \(place)")
            place = next
            let end = try #require(line.range(of: ",\"batch\":", options: .backwards))
            let own = line[..<end.lowerBound] + "}"
            let found = try #require(export.range(of: own, range: rest), "\(own)")
            rest = found.upperBound..<export.endIndex
        }
        #expect(place.batch > 1)
    }

    @Test("A watch shows what happens from now on, in words, as far as it fits")
    func filtered() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let first = try await street.submit("one")
        let watch = try street.launchClient([
            "--lang", "zh", "watch", "--since", "1h", "--kind", "callFiled", "--kind",
            "callVoided", "--count", "3", "--interval", "0.1",
        ])
        try await street.until("the first call is shown") { watch.output.contains(first) }
        let second = try await street.submit("three")
        let void = try await street.gridcall("void", second, "--reason", "x")
        #expect(void.end == .exited(0), "\(void.errors)")
        #expect(try await watch.wait() == .exited(0), "\(watch.errors)")
        let shown = lines(watch)
        #expect(shown.count == 3 && watch.errors.isEmpty, "\(shown)")
        #expect(shown[0].contains("\(first)  立案  一家，第一网格"))
        #expect(shown[1].contains("\(second)  立案  三家"))
        #expect(shown[2].contains("\(second)  作废"))
    }

    @Test("A call that was filed before, and a department, are watched by their names")
    func named() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let first = try await street.submit("three")
        let second = try await street.submit("three")
        let watch = try await street.gridcall(
            "watch", "--from", "1", "--call", second, "--department", "市场监管", "--kind",
            "assignmentQueued", "--count", "1")
        #expect(watch.end == .exited(0), "\(watch.errors)")
        #expect(watch.output.contains("\(second)  queued  Market supervision"))
        #expect(!watch.output.contains(first))
        let unknown = try await street.gridcall("watch", "--kind", "nothing")
        #expect(unknown.end == .exited(64) && unknown.errors.contains("assignmentQueued"))
        let both = try await street.gridcall("watch", "--from", "1", "--since", "1h")
        #expect(both.end == .exited(64) && both.errors.contains("--since"))
    }

    @Test(
        "Only operators and auditors watch",
        arguments: [("auditor", 0), ("reviewer", 1)] as [(String, Int32)])
    func roles(role: String, exit: Int32) async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker(["--local-role", role])
        let done = try await street.gridcall("watch", "--from", "1", "--count", "1")
        #expect(done.end == .exited(exit), "\(done)")
        #expect(done.errors.contains("forbidden") == (exit != 0))
    }
}
