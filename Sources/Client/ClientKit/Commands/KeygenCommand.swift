import GridModel
import ZeroMQ

/// Makes a terminal's keys.
package struct KeygenCommand: OfflineCommand {
    private let name: String

    /// Keys in `NAME.key` and `NAME.key_secret`.
    package init(name: String) { self.name = name }

    package func run(
        _ spool: TerminalSpool, _ console: any Console, _ language: Language
    ) throws(ClientFailure) -> ExitStatus {
        do throws(CurveCertificate.Failure) {
            console.write(try CurveCertificate.generate(name: name).publicKey.text + "\n")
        } catch {
            throw .file(reason: Phrase(verbatim: error.description))
        }
        return .done
    }
}
