import GridModel
import Yams

/// Reads a text as YAML; the only place that knows the YAML library.
///
/// Anchors and aliases are refused before the library sees them: with them a small file can stand
/// for an immense one. Deep nesting ends in an error of libyaml, whose parser allows 1,000 levels.
enum YAMLDocument {
    /// So many keys given twice are looked for in one file; each costs one more pass.
    private static let maximumRepeatedKeys = 32

    /// The document, or `nil` with the reason in `log`.
    static func read(_ text: String, log: MistakeLog) -> Entry? {
        let references = ReferenceScan.lines(of: text)
        for line in references {
            log.add(
                line,
                Phrase(
                    "词不能以 `*` 或 `&` 开头，请换一种写法",
                    "no word may begin with `*` or `&`; put it in other words"))
        }
        guard references.isEmpty else { return nil }
        do {
            return try compose(text, log: log)
        } catch let error as YamlError {
            report(error, text: text, log: log)
        } catch {
            log.add(1, Phrase("文件无法读取：\(error)", "the file cannot be read: \(error)"))
        }
        return nil
    }

    /// Composes the text; a key given twice is noted and renamed, so that the rest can be read.
    private static func compose(_ text: String, log: MistakeLog) throws -> Entry? {
        var text = text
        var renamed: [String: (key: String, line: Int)] = [:]
        while true {
            do {
                guard let root = try Parser(yaml: text).singleRoot() else {
                    log.add(1, Phrase("文件是空的", "the file is empty"))
                    return nil
                }
                return Conversion(renamed: renamed, log: log).entry(root)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let alias = "repeated-key-\(renamed.count)-"
                guard renamed.count < maximumRepeatedKeys, let key = keys.first,
                    insert(alias, into: &text, at: context.mark)
                else { throw YamlError.duplicatedKeysInMapping(duplicates: keys, context: context) }
                renamed[alias + key] = (key, context.mark.line)
            }
        }
    }

    /// Puts `prefix` before the key at `mark`, inside its quotes if it has any.
    private static func insert(_ prefix: String, into text: inout String, at mark: Mark) -> Bool {
        var scalars = text.unicodeScalars
        var index = scalars.startIndex
        for _ in 1..<max(1, mark.line) {
            guard let end = scalars[index...].firstIndex(of: "\n") else { return false }
            index = scalars.index(after: end)
        }
        guard
            var place = scalars.index(
                index, offsetBy: mark.column - 1, limitedBy: scalars.endIndex),
            place < scalars.endIndex, !"[{?!|>".unicodeScalars.contains(scalars[place])
        else { return false }
        if scalars[place] == "\"" || scalars[place] == "'" { place = scalars.index(after: place) }
        scalars.insert(contentsOf: prefix.unicodeScalars, at: place)
        text = String(scalars)
        return true
    }

    /// Helps with what people type and YAML does not take.
    private static func hint(_ text: String, line: Int, problem: String) -> Phrase {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.indices.contains(line - 1) else { return .nothing }
        if lines[line - 1].prefix(while: \.isWhitespace).contains("\t") {
            return Phrase("；缩进请用空格，不用制表符", "; lines are indented with blanks, not with tabs")
        }
        let hint = Section.widthHint(String(lines[line - 1]))
        let isCut =
            problem.contains("expected ','") || problem.contains("not allowed in this context")
        guard hint == .nothing, isCut else { return hint }
        return Phrase("；含有逗号或冒号的文字须加引号", "; a text with a comma or a colon must stand in quotes")
    }

    private static let notYAML = Phrase("不符合 YAML 语法：", "this is not YAML: ")

    private static func surroundings(_ context: YamlError.Context) -> Phrase {
        let (text, line) = (YAMLWords.phrase(context.text), context.mark.line)
        return Phrase("（\(text.chinese)，第 \(line) 行）", " (\(text.english), line \(line))")
    }

    private static func report(_ error: YamlError, text: String, log: MistakeLog) {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            log.add(
                mark.line,
                notYAML + YAMLWords.phrase(problem) + (context.map(surroundings) ?? .nothing)
                    + hint(text, line: mark.line, problem: problem))
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { Phrase(verbatim: "`\(Entry.shortened($0))`") }.listed
            log.add(context.mark.line, names + Phrase(" 出现了不止一次", " is given more than once"))
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            log.add(1 + before.count { $0.isNewline }, notYAML + YAMLWords.phrase(problem))
        default:
            log.add(
                1,
                Phrase("文件无法按 YAML 读取：\(error)", "the file cannot be read as YAML: \(error)"))
        }
    }
}

/// Turns the library's nodes into entries.
private struct Conversion {
    /// Keys that were renamed because they stood twice, by their new name.
    let renamed: [String: (key: String, line: Int)]
    let log: MistakeLog

    func entry(_ node: Node) -> Entry {
        let line = node.mark?.line ?? 1
        switch node {
        case .scalar(let scalar):
            let isNothing = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
            return Entry(content: isNothing ? .nothing : .scalar(scalar.string), line: line)
        case .sequence(let sequence):
            return Entry(content: .list(sequence.map(entry)), line: line)
        case .mapping(let mapping):
            return Entry(content: .map(pairs(mapping)), line: line)
        case .alias:
            log.add(line, Phrase("此处不能用别名", "an alias is not allowed here"))
            return Entry(content: .nothing, line: line)
        }
    }

    private func pairs(_ mapping: Node.Mapping) -> [Entry.Pair] {
        var lines: [String: Int] = [:]
        var pairs: [Entry.Pair] = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? 1
            guard case .scalar(let scalar) = key else {
                log.add(line, Phrase("键必须是一个词", "a key must be a word"))
                continue
            }
            let name = renamed[scalar.string]?.key ?? scalar.string
            if let first = lines[name] {
                let key = Entry.shortened(name)
                log.add(
                    line,
                    Phrase(
                        "`\(key)` 已在第 \(first) 行给出", "`\(key)` was already given on line \(first)"))
                continue
            }
            lines[name] = line
            pairs.append(Entry.Pair(key: name, line: line, value: entry(value)))
        }
        return pairs
    }
}

/// Looks for YAML's anchors (`&name`) and aliases (`*name`) without parsing.
///
/// It may take a word of a text for one, never the other way round: both can only stand at the
/// beginning of a line, after a blank or after one of the characters below (YAML 1.2, 6.9.2, 7.1).
enum ReferenceScan {
    /// The lines with something that may be an anchor or alias.
    static func lines(of text: String) -> [Int] {
        var found: [Int] = []
        var line = 1
        var previous: Unicode.Scalar = "\n"
        var isIndicated = false
        var isComment = false
        var isBlankSoFar = true
        for scalar in text.unicodeScalars {
            if isIndicated, !isComment, isNamePart(scalar), found.last != line {
                found.append(line)
            }
            isIndicated = (scalar == "*" || scalar == "&") && canPrecede(previous)
            if isBreak(scalar) {
                if scalar == "\n" { line += 1 }
                (isComment, isBlankSoFar) = (false, true)
            } else if isBlankSoFar, scalar != " " {
                (isComment, isBlankSoFar) = (scalar == "#", false)
            }
            previous = scalar
        }
        return found
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    private static func canPrecede(_ scalar: Unicode.Scalar) -> Bool {
        isBreak(scalar) || " \t[]{},:\"'\u{FEFF}".unicodeScalars.contains(scalar)
    }

    /// What ends a line for libyaml (YAML 1.1).
    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains(scalar)
    }
}
