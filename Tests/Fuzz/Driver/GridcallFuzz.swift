import Foundation
import FuzzTargets

/// Runs one target under libFuzzer: `gridcall-fuzz TARGET [libFuzzer's arguments]`.
///
/// `gridcall-fuzz list` names the targets, `gridcall-fuzz options TARGET` what they want of
/// libFuzzer, `gridcall-fuzz seeds TARGET DIRECTORY` writes the inputs they begin with.
@main
enum GridcallFuzz {
    /// The target that is being run: libFuzzer's callback has no place for it.
    nonisolated(unsafe) private static var target: FuzzTarget?

    static func main() {
        let arguments = CommandLine.arguments
        if arguments.count == 2, arguments[1] == "list" {
            return print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
        }
        if arguments.count == 3, arguments[1] == "options" {
            return print(options(of: named(arguments[2])))
        }
        if arguments.count == 4, arguments[1] == "seeds" {
            return writeSeeds(of: named(arguments[2]), to: arguments[3])
        }
        guard arguments.count >= 2 else { fail("usage: gridcall-fuzz TARGET [ARGUMENTS]") }
        // To merge, libFuzzer starts the program again, with its own arguments alone.
        if arguments[1].hasPrefix("-") {
            target = named(ProcessInfo.processInfo.environment[variable] ?? "")
            run(argumentsBefore: 0)
        }
        target = named(arguments[1])
        setenv(variable, arguments[1], 1)
        run(argumentsBefore: 1)
    }

    private static let variable = "GRIDCALL_FUZZ_TARGET"

    private static func run(argumentsBefore skipped: Int32) -> Never {
        var count = CommandLine.argc - skipped
        // libFuzzer takes what follows the target as its own arguments.
        CommandLine.unsafeArgv[Int(skipped)] = CommandLine.unsafeArgv[0]
        var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> =
            CommandLine.unsafeArgv + Int(skipped)
        exit(
            runLibFuzzer(&count, &values) { start, length in
                do {
                    try GridcallFuzz.target?.run(
                        UnsafeRawBufferPointer(start: start, count: length))
                } catch {
                    FileHandle.standardError.write(Data("violated: \(error)\n".utf8))
                    abort()
                }
                return 0
            })
    }

    private static func options(of target: FuzzTarget) -> String {
        let length = "-max_len=\(target.maximumBytes)"
        return target.dictionary.map { "\(length) -dict=Tests/Fuzz/dictionaries/\($0).dict" }
            ?? length
    }

    private static func writeSeeds(of target: FuzzTarget, to directory: String) {
        for (number, seed) in target.seeds().enumerated() {
            let path = "\(directory)/seed-\(number)"
            guard FileManager.default.createFile(atPath: path, contents: Data(seed)) else {
                fail("cannot write \(path)")
            }
        }
    }

    private static func named(_ name: String) -> FuzzTarget {
        guard let target = FuzzTarget.named(name) else { fail("there is no target \(name)") }
        return target
    }

    private static func fail(_ reason: String) -> Never {
        FileHandle.standardError.write(Data("\(reason)\n".utf8))
        exit(64)
    }
}

/// `LLVMFuzzerRunDriver` of libFuzzer (compiler-rt, FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
private func runLibFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
