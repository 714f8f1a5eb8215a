import ConsoleKit
import GridCodec
import Testing

/// Where things lie in drawings.
@Suite struct ChartTests {
    @Test("times lie between the edges, and what is outside on them")
    func times() {
        let geometry = LineGeometry(from: 1_000, to: 2_000, values: [1])
        #expect(geometry.x(1_000) == geometry.left)
        #expect(geometry.x(2_000) == geometry.left + geometry.width)
        #expect(geometry.x(1_500) == geometry.left + geometry.width / 2)
        #expect(geometry.x(-5) == geometry.left)
        #expect(geometry.x(9_000) == geometry.left + geometry.width)
    }

    @Test("values lie on a logarithmic scale between powers of ten")
    func values() {
        let geometry = LineGeometry(from: 0, to: 1, values: [0.0004, 0.03])
        #expect(abs(geometry.lowest - 0.0001) < 1e-9)
        #expect(abs(geometry.highest - 0.1) < 1e-6)
        #expect(abs(geometry.y(geometry.lowest) - (geometry.top + geometry.height)) < 0.01)
        #expect(abs(geometry.y(geometry.highest) - geometry.top) < 0.01)
        let middle = (geometry.y(0.001) + geometry.y(0.01)) / 2
        #expect(abs(geometry.y(0.0031623) - middle) < 0.05)
        #expect(geometry.ticks.count == 4)
    }

    @Test(
        "no values, zero, infinite and equal ones make a scale",
        arguments: [[], [0], [.infinity], [.nan], [5, 5], [1e-9], [1e12]] as [[Double]])
    func oddValues(values: [Double]) {
        let geometry = LineGeometry(from: 5, to: 5, values: values)
        #expect(geometry.lowest > 0 && geometry.highest > geometry.lowest)
        for value in values + [-1, 0, .infinity, .nan] {
            let y = geometry.y(value)
            #expect(y >= geometry.top - 0.01 && y <= geometry.top + geometry.height + 0.01)
        }
        #expect((2...5).contains(geometry.ticks.count))
    }

    @Test("a line is broken where nothing was known")
    func gaps() {
        let geometry = LineGeometry(from: 0, to: 100, values: [1, 10])
        let path = geometry.path(
            [.init(at: 0, 1), .init(at: 10, 1), .init(at: 90, 10)], gap: 20)
        #expect(path.filter { $0 == "M" }.count == 2)
        #expect(path.filter { $0 == "L" }.count == 1)
        #expect(geometry.path([], gap: 20).isEmpty)
    }

    @Test(
        "a bar is as long as what was found, something is never nothing, and the target is marked",
        arguments: [
            (UInt64(100), UInt64(50), UInt64(25), 100.0, 50.0, 200.0),
            (100, 200, 300, 200, 200, 100), (100, 0, 0, 0, 0, 200), (10_000, 1, 1, 2, 2, 200),
        ])
    func bars(
        target: UInt64, found: UInt64, closed: UInt64, foundWidth: Double, closedWidth: Double,
        mark: Double
    ) {
        let geometry = TargetGeometry(target: target, found: found, closed: closed)
        #expect(geometry.found == foundWidth)
        #expect(geometry.closed == closedWidth)
        #expect(geometry.mark == mark)
    }

    @Test("without a target there is no mark")
    func noTarget() {
        #expect(TargetGeometry(target: 0, found: 5, closed: 1).mark == nil)
        #expect(TargetGeometry(target: 0, found: 0, closed: 0).found == 0)
    }

    @Test("grids alike but for the last two characters lie together")
    func blocks() {
        var busy = GridCounts.Count()
        busy.open = 8
        var quiet = GridCounts.Count()
        quiet.open = 1
        let map = GridMap([
            GridTile(id: "gl-101", name: "鼓东社区第一网格", count: busy),
            GridTile(id: "gl-201", name: "鼓西社区第一网格", count: quiet),
            GridTile(id: "gl-102", name: "鼓东社区第二网格", count: .init()),
            GridTile(id: "x", name: "", count: .init()),
        ])
        #expect(
            map.blocks.map { $0.tiles.map(\.tile.id) } == [
                ["gl-101", "gl-102"], ["gl-201"], ["x"],
            ])
        #expect(map.blocks[0].name == "鼓东社区")
        #expect(map.blocks[0].tiles.map(\.shade) == [4, 0])
        #expect(map.blocks[1].tiles.map(\.shade) == [1])
    }

    @Test("open calls are counted by grid, overdue by a red clock of an open part")
    func counting() {
        func call(_ grid: String, state: String, light: WireClockLight) -> WireCallView {
            var clock = WireClockView()
            clock.clock = "resolve"
            clock.state = .running
            clock.light = light
            var part = WirePartView()
            part.state = state
            part.clocks = [clock]
            var call = WireCallView()
            call.grid = grid
            call.parts = [part]
            return call
        }
        var page = WireListReply()
        page.calls = [
            call("a", state: "accepted", light: .red), call("a", state: "completed", light: .red),
            call("a", state: "queued", light: .yellow), call("b", state: "queued", light: .green),
        ]
        var counts = GridCounts()
        counts.add(page)
        #expect(counts.grids["a"]?.open == 3 && counts.grids["a"]?.overdue == 1)
        #expect(counts.grids["b"]?.open == 1 && counts.grids["b"]?.overdue == 0)
    }

    @Test(
        "rates are short, and a dash where they are not known",
        arguments: [
            (nil, "–"), (0, "0"), (0.04, "0"), (0.05, "0.1"), (3.44, "3.4"), (9.96, "10"),
            (12.4, "12"), (.infinity, "–"),
        ] as [(Double?, String)])
    func rates(value: Double?, text: String) { #expect(NumberText.rate(value) == text) }
}
