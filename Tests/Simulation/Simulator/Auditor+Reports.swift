import BrokerEngine

extension Auditor {
    /// The reports on a case that are due, and what their clocks said since they started.
    struct DueReports {
        private struct Clock {
            var isWarned = false
            var isMissed = false
        }

        private var clocks: [UInt8: Clock] = [:]

        /// A report is due; its clock starts anew.
        mutating func schedule(_ report: UInt8, of count: Int) throws {
            guard clocks[report] == nil else { throw Violation("report \(report) is due twice") }
            guard Int(report) < count else { throw Violation("nobody asked for \(report)") }
            clocks[report] = Clock()
        }

        /// A report was filed, due or not.
        mutating func file(_ report: UInt8) { clocks[report] = nil }

        /// The clock of a report warns or is missed: once each, in this order, while it is due.
        mutating func ring(_ report: UInt8, isMiss: Bool) throws {
            guard let clock = clocks[report], isMiss ? !clock.isMissed : !clock.isWarned,
                clock.isWarned || !isMiss
            else { throw Violation("the clock of report \(report) speaks out of turn") }
            if isMiss { clocks[report]?.isMissed = true } else { clocks[report]?.isWarned = true }
        }

        /// Whether every report that is asked for again and again is due.
        func areRunning(_ count: Int) -> Bool { clocks.count == count }
    }
}
