import Benchmark
import BrokerEngine
import GridModel
import HotPath

/// Decisions alone, with codec and core around them, and what a start does of them again.
func engineBenchmarks() {
    let engine = EngineStreet()
    Benchmark("engine: calls are filed, handed out and closed") { benchmark in
        for _ in benchmark.scaledIterations { engine.round() }
    }
    let core = HotPathStreet(callsPerRound: callsPerRound)
    Benchmark("core: the same with codec and answers") { benchmark in
        for _ in benchmark.scaledIterations { core.round() }
        if let problem = core.problem { fatalError(problem) }
    }
    let rounds = FiledRounds()
    var record = Record()
    for batch in rounds.beginning { record.apply(batch.seq, batch.facts) }
    Benchmark("engine: facts of a round are applied, as at a start") { benchmark in
        for _ in benchmark.scaledIterations {
            let batches = rounds.next()
            benchmark.startMeasurement()
            for batch in batches { record.apply(batch.seq, batch.facts) }
            benchmark.stopMeasurement()
        }
    }
}

extension Record {
    fileprivate mutating func apply(_ seq: UInt64, _ facts: [Fact]) {
        beginBatch(seq)
        for fact in facts { _ = apply(fact) }
    }
}
