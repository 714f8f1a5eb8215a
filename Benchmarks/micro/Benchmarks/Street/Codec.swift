import Benchmark
import BrokerJournal
import GridCodec
import GridModel
import HotPath

/// What peers and broker read and write of a list, and what the journal keeps of its facts.
func codecBenchmarks() {
    let call = HotPathCall()
    let items = (1...UInt64(callsPerRound)).map(call.item)
    let frame = [UInt8](list(items).data)
    let facts = FiledRounds().next().flatMap(\.facts)
    let bytes = need("facts are encoded") { try FactCodec.encode(facts) }

    Benchmark("codec: a list of calls is put together") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(list(items).data) }
    }
    Benchmark("codec: a list of calls is read") { benchmark in
        for _ in benchmark.scaledIterations {
            frame.withUnsafeBytes { bytes in
                need("a list is read") {
                    let (_, body) = try Frame.open(bytes)
                    try ItemList(body: body).forEach { blackHole(SubmitItemView($0).observedAt) }
                }
            }
        }
    }
    Benchmark("codec: facts of a round are written") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(need("facts are encoded") { try FactCodec.encode(facts) })
        }
    }
    Benchmark("codec: facts of a round are read") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(need("facts are decoded") { try FactCodec.decode(bytes) })
        }
    }
}

private func list(_ items: [[UInt8]]) -> ListFrame {
    var list = ListFrame(.submit, limits: ProtocolLimits())
    for item in items { _ = list.append(item) }
    return list
}
