import Foundation
import TestSupport
import Testing

/// What a reporter's word that a call repeats another leads to.
@Suite(.serialized)
struct SuggestedDuplicateTests {
    @Test(
        "A linked call is filed, names the other, and tells so in its story; sent again it repeats")
    func linked() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let first = try await street.submit("one")
        let id = "01a20997-61db-7ce5-b39a-134b8a25b76b"
        let linked = [
            "submit", "--category", "one", "--grid", "g-1", "--description", "x", "--id", id,
            "--link", first,
        ]
        let filed = try await FinishedProgram(street.launchClient(linked), within: .seconds(60))
        #expect(filed.end == .exited(0) && filed.errors.contains("duplicate of \(first)"))
        let call = filed.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let json = try await street.gridcall("track", call, "--format", "json")
        #expect(json.output.contains("\"sameAs\": \"\(first)\""))
        let story = try await street.gridcall("track", call, "--lang", "zh")
        #expect(story.output.contains("报告人认为与 \(first) 相同"), "\(story.output)")
        #expect(story.output.contains("绿灯"))
        let again = try await FinishedProgram(street.launchClient(linked), within: .seconds(60))
        #expect(again.end == .exited(0) && again.output == filed.output)
        let other = try await street.gridcall(
            "submit", "--category", "one", "--grid", "g-1", "--description", "x", "--id", id)
        #expect(other.end == .exited(1) && other.errors.contains("contentDiffers"))
    }

    @Test("A link to a call that has ended is forgotten, and that is said; the call is filed")
    func ended() async throws {
        let street = try Street(catalogue: SmallStreet.catalogue())
        _ = try await street.startBroker()
        let first = try await street.submit("one")
        let gone = try await street.gridcall("void", first, "--reason", "x")
        #expect(gone.end == .exited(0), "\(gone.errors)")
        let filed = try await street.gridcall(
            "submit", "--category", "one", "--grid", "g-1", "--description", "x", "--link", first)
        #expect(filed.end == .exited(0) && filed.errors.contains("not linked"), "\(filed.errors)")
        #expect(try await street.stats().calls.filed == 2)
    }
}
