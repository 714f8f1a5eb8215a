package import GridCodec
import GridModel
package import GridSession
import Logging
import Monotonic

import struct Dispatch.DispatchTime

/// A `BrokerLink` over a session on a thread of its own.
package final class SessionLink: BrokerLink {
    private let loop: SessionLoop
    private let mailbox: EventMailbox
    /// The highest tag that came in with the events taken so far.
    package private(set) var highestTag: WireTag?

    /// Connects in the background. Errors: the endpoint is malformed.
    package init(
        endpoint: String, configuration: SessionConfiguration
    ) throws(ClientFailure) {
        let mailbox = EventMailbox()
        self.mailbox = mailbox
        do {
            // A terminal tells its user what matters; the session's own log would only repeat it.
            let logger = Logger(label: "gridcall") { _ in SwiftLogNoOpLogHandler() }
            loop = try SessionLoop(endpoint: endpoint, configuration, logger: logger) { event in
                mailbox.add(event)
            }
        } catch {
            let reason = "\(endpoint.escapedForTerminal): \(error)"
            throw .badInput(
                reason: Phrase(
                    chinese: "无法连接 \(reason)\n服务端地址形如 tcp://127.0.0.1:5570",
                    english: "cannot connect to \(reason)\n"
                        + "a broker's address looks like tcp://127.0.0.1:5570"))
        }
    }

    package func submit(_ items: [WireSubmitItem]) { loop.submit(items) }

    package func query(_ item: WireQueryItem) { loop.query([item]) }

    package func command(_ item: WireCommandItem) { loop.command([item]) }

    package func events(waitingAtMost milliseconds: Int64) -> [SessionEvent] {
        let events = mailbox.take(waitingAtMost: milliseconds)
        note(events)
        return events
    }

    package func close() {
        loop.stop(goodbye: "done")
        note(mailbox.take(waitingAtMost: 0))
    }

    package var now: Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) }

    private func note(_ events: [SessionEvent]) {
        for case .tagAdvanced(let tag) in events { highestTag = tag }
    }
}

/// Carries events from the session's thread to the one that uses it.
private final class EventMailbox: @unchecked Sendable {
    /// Guards `events`.
    private let monitor = Monitor<Change>()
    private var events: [SessionEvent] = []

    func add(_ event: SessionEvent) {
        monitor.locked {
            events.append(event)
            monitor.wake(.change)
        }
    }

    func take(waitingAtMost milliseconds: Int64) -> [SessionEvent] {
        monitor.locked {
            let limit = MonotonicTime.now(plusMilliseconds: Int(milliseconds))
            while events.isEmpty, monitor.wait(.change, until: limit) {}
            defer { events = [] }
            return events
        }
    }
}
