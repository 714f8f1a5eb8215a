import Foundation
import GridCodec
import GridModel
import Subprocess
import SystemPackage

/// One run of a command for one assignment.
struct ExecRun: Sendable {
    /// Standard output grew beyond its limit.
    private struct OutputTooLong: Error {}

    private let item: WireAssignItem
    private let settings: ExecHandler.Settings
    private let environment: CommandEnvironment

    init(_ item: WireAssignItem, settings: ExecHandler.Settings, environment: CommandEnvironment) {
        self.item = item
        self.settings = settings
        self.environment = environment
    }

    /// Runs the command to its end, its time limit, or the cancellation of the task.
    ///
    /// When it returns, nothing of the process group is left, and nothing of its directory.
    func ending() async -> FinishedWork.Ending {
        guard let room = await DescriptorRoom.process.take() else {
            return Task.isCancelled ? .stopped : .outcome(Self.noRoom.outcome)
        }
        let late = WorkOutcome.failed(
            "the handler was ended at its time limit of \(settings.timeLimit)")
        return await TimedWork.ending(within: settings.timeLimit, late: late) {
            do {
                return .outcome(try await end(room).outcome)
            } catch {
                return .outcome(.failed("there is no directory for the handler: \(error)"))
            }
        }
    }

    /// Runs the command once, without a time limit, to its end or the cancellation of the task;
    /// before that it may wait for descriptors that other commands have.
    ///
    /// Errors: those of making a directory.
    func end() async throws -> End {
        guard let room = await DescriptorRoom.process.take() else { return Self.noRoom }
        return try await end(room)
    }

    private static let noRoom = End.failed(
        "no file descriptors are left for the handler; see LimitNOFILE")

    private func end(_ room: DescriptorRoom.Share) async throws -> End {
        defer { room.end() }
        let directory = try RunDirectory()
        defer { directory.remove() }
        return await ended(in: directory, room)
    }

    /// How a run ended.
    enum End: Sendable {
        case ended(HandlerOutput)
        case failed(String)

        /// What it says about the assignment.
        var outcome: WorkOutcome {
            switch self {
            case .ended(let output): output.outcome
            case .failed(let reason): .failed(reason)
            }
        }
    }

    private func ended(in directory: RunDirectory, _ room: DescriptorRoom.Share) async -> End {
        var leader: ProcessIdentifier?
        let end: End
        do {
            let document = try AssignmentDocument(item).json()
            let result = try await run(
                configuration(directory), input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                leader = execution.processIdentifier
                room.started()
                return try await collect(execution, input: Array(document))
            }
            let (output, errorLine) = result.closureResult
            end = .ended(
                HandlerOutput(
                    exit: result.terminationStatus.exit, output: output, errorLine: errorLine))
        } catch is OutputTooLong {
            end = .failed("the handler wrote more than \(settings.outputBytes) bytes")
        } catch {
            end = .failed("the handler could not be run: \(error)")
        }
        if let leader { await endGroup(of: leader) }
        return end
    }

    /// In a task of its own, since the one that runs the command may be cancelled.
    private func endGroup(of leader: ProcessIdentifier) async {
        let group = ProcessGroup(id: leader.value)
        let grace = settings.killGrace
        await Task { await group.end(grace: grace) }.value
    }

    private func configuration(_ directory: RunDirectory) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(
                toProcessGroup: true, allowedDurationToNextStep: settings.killGrace)
        ]
        let variables = environment.variables(of: item, temporaryDirectory: directory.path)
        return Configuration(
            executable: .path("/bin/sh"), arguments: ["-c", settings.command],
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (.init(stringLiteral: $0), $1) })),
            workingDirectory: FilePath(settings.workingDirectory ?? directory.path),
            platformOptions: options)
    }

    // MARK: - Pipes

    /// Feeds standard input and reads both outputs until they end or the process does.
    private func collect(
        _ execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>, input: [UInt8]
    ) async throws -> ([UInt8], String) {
        async let fed: Void = feed(execution.standardInputWriter, input)
        async let errorLine = firstLine(execution.standardError)
        let output = try await bytes(execution.standardOutput)
        await fed
        return (output, await errorLine)
    }

    /// A command need not read its input: a broken pipe is no mistake.
    private func feed(_ writer: StandardInputWriter, _ input: [UInt8]) async {
        _ = try? await writer.write(input)
        try? await writer.finish()
    }

    private func bytes(_ sequence: SubprocessOutputSequence) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in sequence where settings.keepsOutput {
            guard bytes.count + buffer.count <= settings.outputBytes else { throw OutputTooLong() }
            buffer.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Reads to the end, so that the command never waits for a reader, and keeps the first line.
    private func firstLine(_ sequence: SubprocessOutputSequence) async -> String {
        let limit = ProtocolLimits().textBytes
        var line: [UInt8] = []
        var isOpen = true
        do {
            for try await buffer in sequence where isOpen {
                buffer.withUnsafeBytes { line.append(contentsOf: $0.prefix(limit - line.count)) }
                isOpen = line.count < limit && !line.contains(UInt8(ascii: "\n"))
            }
        } catch {
            // What was read before the pipe broke is all that is to be had.
        }
        let first = line.prefix { $0 != UInt8(ascii: "\n") }
        return WireText.fitted(String(decoding: first, as: UTF8.self))
    }
}

extension TerminationStatus {
    fileprivate var exit: HandlerOutput.Exit {
        switch self {
        case .exited(let code): .code(code)
        case .signaled(let signal): .signal(signal)
        }
    }
}
