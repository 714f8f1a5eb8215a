import Foundation

/// The Python programs of the tests, in the environment that `prepare.sh` makes.
package enum PythonProgram {
    /// The interpreter, with the packages of the requirements.
    package static let interpreter = Places.root + "/.build/python/bin/python"
    /// Whether the environment is there.
    package static let isPrepared = FileManager.default.isExecutableFile(atPath: interpreter)
}

extension Street {
    /// Starts a program of Tests/EndToEnd/python.
    package func startPython(_ program: String, _ arguments: [String]) throws -> Program {
        try start(
            PythonProgram.interpreter,
            ["\(Places.root)/Tests/EndToEnd/python/\(program).py"] + arguments, name: program,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
    }
}
