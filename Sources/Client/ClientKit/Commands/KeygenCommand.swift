import GridModel
import ZeroMQ

/// Makes a terminal's keys.
package struct KeygenCommand: OfflineCommand {
    private let name: String

    /// Keys in `NAME.key` and `NAME.key_secret`.
    package init(name: String) { self.name = name }

    package func run(in session: OfflineSession) throws(ClientFailure) -> ExitStatus {
        do throws(CurveCertificate.Failure) {
            session.console.write(
                try CurveCertificate.generate(name: name).publicKey.text + "\n")
        } catch {
            throw .file(reason: Phrase(verbatim: error.description))
        }
        return .done
    }
}
