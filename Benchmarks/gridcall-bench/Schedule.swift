import ArgumentParser

/// When each call of an open loop is to be filed, however long the answers take.
struct Schedule {
    /// The moment of the first call, in monotonic nanoseconds.
    let startedAt: UInt64
    let perSecond: Double

    /// The moment of the call with this number; numbers count from 1.
    func due(_ number: UInt64) -> UInt64 {
        startedAt + UInt64(Double(max(1, number) - 1) * 1e9 / perSecond)
    }

    /// How many calls are due until a moment.
    func dueCount(at now: UInt64) -> UInt64 {
        now < startedAt ? 0 : UInt64(Double(now - startedAt) * perSecond / 1e9) + 1
    }
}

/// The schedule that a terminal and a worker of an open loop share.
struct ScheduleOptions: ParsableArguments {
    @Option(help: "The moment of the first call, in nanoseconds of CLOCK_MONOTONIC.")
    var startedAt: UInt64 = 0

    @Option(help: "Calls a second.")
    var rate = 1_000.0

    @Option(help: "Seconds of load before anything is counted.")
    var warmUp = 1.0

    func validate() throws {
        guard (1...1_000_000).contains(rate), (0...86_400).contains(warmUp) else {
            throw ValidationError("--rate is 1 to 1000000, --warm-up at most a day")
        }
    }

    var schedule: Schedule { Schedule(startedAt: startedAt, perSecond: rate) }

    /// From when on calls count.
    var countedFrom: UInt64 { startedAt + UInt64(warmUp * 1e9) }
}
