/// What a message in Chinese must not look like.
enum ChineseText {
    /// Words of another language outside of backquotes, without names everybody uses and weekdays
    /// as the file has them.
    static func foreignWords(in text: String) -> [Substring] {
        let known: Set<Substring> = [
            "YAML", "TAG", "UTF", "false", "mon", "tue", "wed", "thu", "fri", "sat", "sun",
        ]
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        let outside = parts.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        return outside.flatMap { $0.split { !($0.isASCII && $0.isLetter) } }
            .filter { $0.count > 2 && !known.contains($0) }
    }

    /// Whether a Chinese character touches a backquote without a blank between.
    static func touchesCode(_ text: String) -> Bool {
        let characters = Array(text)
        return zip(characters, characters.dropFirst()).contains { left, right in
            (left == "`" && isHan(right)) || (isHan(left) && right == "`")
        }
    }

    private static func isHan(_ character: Character) -> Bool {
        ("\u{4E00}"..."\u{9FFF}").contains(character)
    }
}
