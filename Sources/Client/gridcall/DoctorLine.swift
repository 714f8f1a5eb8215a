import ArgumentParser
import ClientKit
import GridModel

/// `gridcall doctor`
struct DoctorLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: told("检查配置、服务端、时钟和本机状态", "Look for what is wrong here, and say what to do."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var format: PlainFormatOptions

    func run() throws {
        let options = connection.resolved(before: root.connection)
        let doctor = Doctor(
            settings: Invocation.settings, endpoint: options.endpoint,
            environment: Invocation.environment,
            spoolDirectory: connection.spool ?? root.connection.spool)
        let findings = doctor.local + remote(doctor, options)
        let console = StandardConsole()
        if format.output == .json {
            let list = JSONValue.array(findings.map { $0.json(in: .chosen) })
            console.write(JSONValue.object([.init("checks", list)]).rendered)
        } else {
            let palette = options.palette(isTerminal: console.outputIsTerminal)
            console.write(findings.map { $0.text(in: .chosen, palette) }.joined())
        }
        throw ExitCode(Doctor.status(of: findings).rawValue)
    }

    private func remote(_ doctor: Doctor, _ options: ResolvedOptions) -> [Finding] {
        do throws(ClientFailure) {
            let configuration = try Terminal.session(
                environment: Invocation.environment, keys: options.keys)
            let link = try SessionLink(endpoint: options.endpoint, configuration: configuration)
            defer { link.close() }
            return doctor.remote(over: link, timeout: options.timeout, now: { .now })
        } catch {
            return [Doctor.failure("broker", error)]
        }
    }
}
