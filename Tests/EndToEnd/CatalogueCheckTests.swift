import Foundation
import TestSupport
import Testing

/// `gridcall-broker check` and `diff`, as the office that keeps the catalogue uses them.
@Suite(.serialized)
struct CatalogueCheckTests {
    private let street: Street
    private let file: String

    init() throws {
        street = try Street(catalogue: SmallStreet.catalogue())
        file = street.directory + "/catalogue.yaml"
    }

    private func broker(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) async throws -> FinishedProgram {
        let program = try street.start(
            Places.executables + "/gridcall-broker", arguments, name: "check",
            environment: environment)
        return try await FinishedProgram(program, within: .seconds(30))
    }

    @Test(
        "Mistakes and their absence are told by option, variable and locale",
        arguments: [
            (["--lang", "zh"], [:], true), ([], ["GRIDCALL_LANG": "zh"], true),
            ([], ["LANG": "zh_CN.UTF-8"], true),
            (["--lang", "en"], ["LANG": "zh_CN.UTF-8"], false),
            ([], [:], false),
        ] as [([String], [String: String], Bool)])
    func languages(
        options: [String], environment: [String: String], isChinese: Bool
    ) async throws {
        let fine = try await broker(["check", file] + options, environment)
        #expect(fine.end == .exited(0))
        #expect(fine.output.contains(isChinese ? "没有发现错误" : "no mistake found"))

        let wrong = SmallStreet.catalogue().replacingOccurrences(
            of: "plan: [{lead: urban}]\n", with: "plan: [{lead: urbn}]\n")
        try street.write(catalogue: wrong)
        let told = try await broker(["check", file] + options, environment)
        #expect(told.end == .exited(65) && told.output.isEmpty)
        let message =
            isChinese
            ? "引用的部门 `urbn` 没有声明；是否指 `urban`？"
            : "names the department `urbn`, which is not declared; did you mean `urban`?"
        #expect(told.errors.contains("catalogue.yaml:") && told.errors.contains(message))

        let missing = try await broker(["check", file + "x"] + options, environment)
        #expect(missing.end == .exited(66))
        #expect(missing.errors.contains(isChinese ? "无法读取" : "cannot be read"))
    }

    @Test("An unknown language is a wrong command line")
    func unknownLanguage() async throws {
        #expect(try await broker(["check", file, "--lang", "fr"]).end == .exited(64))
        #expect(try await broker(["diff", file, file, "--lang", "fr"]).end == .exited(64))
        let same = try await broker(["diff", file, file, "--lang", "zh"])
        #expect(same.end == .exited(0) && same.output.contains("没有差别"))
    }
}
