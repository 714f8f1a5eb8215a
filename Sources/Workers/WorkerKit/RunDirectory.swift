import Foundation

/// A directory of one run's own, which only the worker's user may enter.
struct RunDirectory: Sendable {
    /// Where it is; absolute.
    let path: String

    /// Makes an empty one with mode 0700 where temporary files belong: `$TMPDIR`, else `/tmp`.
    ///
    /// Errors: those of mkdtemp(3), as a `POSIXError`.
    init() throws {
        // mkdtemp(3) writes the name it made over the end of the template.
        let end = String(repeating: "X", count: 6)
        let template = strdup("\(FileManager.default.temporaryDirectory.path)/gridcall-\(end)")
        defer { free(template) }
        guard let template, mkdtemp(template) != nil else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        path = String(cString: template)
    }

    /// Removes it with everything in it; links are removed, what they point to is not.
    ///
    /// A command may leave directories that nobody may write to; they are opened first. What
    /// cannot be removed all the same is left to whoever cleans up temporary files.
    func remove() {
        if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
        Self.open(path)
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func open(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
        chmod(path, 0o700)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
            open(path + "/" + name)
        }
    }
}
