import ConsoleKit
import Dispatch
import ServiceLifecycle
import ServiceNotify

/// Lets the console's time act, ten times a second, until it is told to end.
struct TurnService: Service {
    private static let pause = Duration.milliseconds(100)

    let application: ConsoleApplication
    let notifier: ServiceNotifier

    func run() async throws {
        // The pages' streams are ended by their own connections, which the server waits for first.
        try? await cancelWhenGracefulShutdown {
            while true {
                application.turn()
                notifier.beat(now: Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000))
                try await Task.sleep(for: Self.pause)
            }
        }
        application.stop()
    }
}
