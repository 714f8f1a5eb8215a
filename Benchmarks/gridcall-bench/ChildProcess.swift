import Foundation

/// A process of the benchmark, ended when nobody needs it any more.
final class ChildProcess {
    let name: String
    private let process = Process()
    private let output = Pipe()
    private var unread = Data()

    var processID: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// Starts an executable; its standard output is read by `nextLine`, or by nobody if it is to
    /// be `silent`.
    init(
        _ name: String, _ executable: String, _ arguments: [String], silent: Bool = false
    ) throws {
        self.name = name
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = silent ? FileHandle.nullDevice : output
        if silent { process.standardError = FileHandle.nullDevice }
        try process.run()
        ChildProcesses.add(process.processIdentifier)
    }

    /// The next line of its standard output; `nil` at the end.
    func nextLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            unread.append(more)
        }
    }

    /// Sends it a signal and does not wait for what comes of it.
    func signal(_ number: Int32) {
        if process.isRunning { kill(process.processIdentifier, number) }
    }

    /// Asks it, or the process it started, to end and waits. Returns its exit code.
    @discardableResult
    func stop(through started: Int32? = nil) -> Int32 {
        if process.isRunning { kill(started ?? process.processIdentifier, SIGTERM) }
        return wait()
    }

    /// Waits until it ends by itself.
    @discardableResult
    func wait() -> Int32 {
        process.waitUntilExit()
        ChildProcesses.remove(process.processIdentifier)
        return process.terminationStatus
    }
}
