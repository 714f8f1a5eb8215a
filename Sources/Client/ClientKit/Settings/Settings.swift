package import GridModel

import class Foundation.FileManager

/// What a configuration file sets for every run of `gridcall`; the environment and the command
/// line stand above it.
package struct Settings: Hashable, Sendable {
    /// The broker's address.
    package var broker: String?
    /// The file of this terminal's secret key.
    package var key: String?
    /// The broker's public key, or its file.
    package var serverKey: String?
    package var language: Language?
    package var format: OutputFormat?
    /// Seconds to wait for an answer.
    package var timeout: Int64?
    package var colour: ColourChoice?
    /// The file they were read from; `nil` if there is none.
    package var path: String?

    /// Nothing set.
    package init() {}

    /// Where files are looked for: `$XDG_CONFIG_HOME` (else `~/.config`), then each directory of
    /// `$XDG_CONFIG_DIRS` (else `/etc/xdg`), as the XDG base directory specification has it;
    /// relative paths in them count as unset.
    package static func paths(environment: [String: String]) -> [String] {
        let home = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let own = home ?? environment["HOME"].map { $0 + "/.config" }
        let shared = environment["XDG_CONFIG_DIRS"].flatMap { $0.isEmpty ? nil : $0 } ?? "/etc/xdg"
        let directories = [own].compactMap(\.self) + shared.split(separator: ":").map(String.init)
        return directories.filter { $0.hasPrefix("/") }.map { $0 + "/gridcall/config.yaml" }
    }

    /// The settings of the first file that is there. Errors: it cannot be read, or has mistakes.
    package static func read(environment: [String: String]) throws(ClientFailure) -> Settings {
        let found = paths(environment: environment).first {
            FileManager.default.fileExists(atPath: $0)
        }
        guard let path = found else { return Settings() }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .file(
                reason: Phrase(
                    chinese: "无法读取 \(path)：请检查文件权限",
                    english: "cannot read \(path): check the file's mode and owner"))
        }
        do throws(ConfigurationMistakes) {
            var settings = try Settings(yaml: String(decoding: data, as: UTF8.self))
            settings.path = path
            return settings
        } catch {
            throw .configuration(
                lines: error.list.map { Phrase(verbatim: "\(path):\($0.line): ") + $0.reason })
        }
    }

    /// Reads a file's text, strictly: all mistakes are reported at once. A file without any key
    /// sets nothing.
    package init(yaml: String) throws(ConfigurationMistakes) {
        let mistakes = StrictSection.Mistakes()
        if yaml.split(whereSeparator: \.isNewline).contains(where: Self.holdsSomething),
            let node = ImportMapping.compose(yaml, mistakes)
        {
            let root = StrictSection(
                node, name: Phrase(chinese: "配置", english: "the configuration"),
                mistakes: mistakes)
            broker = root.optionalText("broker")
            key = root.optionalText("key")
            serverKey = root.optionalText("server_key")
            language = Self.choice("lang", of: root)
            format = Self.choice("format", of: root)
            colour = Self.choice("color", of: root)
            timeout = Self.timeout(root)
            root.finish()
        }
        guard mistakes.list.isEmpty else {
            throw ConfigurationMistakes(list: mistakes.list.sorted { $0.line < $1.line })
        }
    }

    private static func holdsSomething(_ line: Substring) -> Bool {
        let text = String(line).trimmedOfSpaces
        return !text.isEmpty && !text.hasPrefix("#")
    }

    private static func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String, of root: StrictSection
    ) -> Choice? {
        guard let text = root.optionalText(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        root.note(
            root.line(of: key),
            Phrase(
                chinese: "\(key) 须为 \(words) 之一，而不是 \(text.escapedForTerminal)",
                english: "\(key) is one of \(words), not \(text.escapedForTerminal)"))
        return nil
    }

    private static func timeout(_ root: StrictSection) -> Int64? {
        guard let text = root.optionalText("timeout") else { return nil }
        if let seconds = Int64(text), (1...86_400).contains(seconds) { return seconds }
        root.note(
            root.line(of: "timeout"),
            Phrase(chinese: "timeout 为 1 至 86400 秒", english: "timeout is 1 to 86400 seconds"))
        return nil
    }
}
