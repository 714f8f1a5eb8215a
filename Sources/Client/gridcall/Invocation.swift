import ArgumentParser
import ClientKit
import GridModel

import class Foundation.ProcessInfo

/// What this process was started with, beside its arguments.
enum Invocation {
    static let environment = ProcessInfo.processInfo.environment

    /// The configuration file's settings, or what is wrong with it.
    static let settings = Result { () throws(ClientFailure) in
        try Settings.read(environment: environment)
    }

    /// The language, known before the arguments are parsed: help and errors are written in it.
    static let language = Language(
        arguments: CommandLine.arguments.dropFirst(), environment: environment,
        configured: (try? settings.get())?.language)
}

extension Language {
    /// The language of this process.
    static var chosen: Language { Invocation.language }
}

extension ArgumentHelp {
    /// What an argument is for, in the language of this process.
    static func told(_ chinese: String, _ english: String) -> ArgumentHelp {
        ArgumentHelp(gridcall.told(chinese, english))
    }
}

/// A text of the command line's help in the language of this process.
func told(_ chinese: String, _ english: String) -> String {
    Invocation.language(chinese: chinese, english: english)
}
