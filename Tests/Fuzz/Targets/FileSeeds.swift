import Foundation

/// Seeds from the files of the repository: samples that a person would write.
enum FileSeeds {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static var catalogues: [[UInt8]] {
        let whole = ["deploy/catalogues/gulou.yaml", "Benchmarks/catalogue.yaml"].map(text)
        return (whole.map { String($0.prefix(2_000)) } + [smallCatalogue]).map { Array($0.utf8) }
    }

    static var mappings: [[UInt8]] {
        [text("Examples/nyc311/mapping.yaml").prefix(2_000).description, smallMapping].map {
            Array($0.utf8)
        }
    }

    static var settings: [[UInt8]] {
        ["broker: tcp://localhost:1\nlang: zh\nformat: json\ntimeout: 5\ncolor: never\n", "# \n"]
            .map { Array($0.utf8) }
    }

    static var keys: [[UInt8]] {
        let key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
        return [
            "# terminals\n\(key) role=terminal name=a grids=g1,g2 expires=2027-01-31\n",
            "\(key) role=worker name=w departments=urban expires=2027-01-31T16:00:00Z\n",
            "#q:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7 role=operator name=o\n\n#\n",
        ].map { Array($0.utf8) }
    }

    static var rows: [[UInt8]] {
        let rows = text("Examples/nyc311/dirty.csv").prefix(900)
        return [
            Array(rows.utf8), Array("a,b\r\n\"c,\"\"d\"\"\n\",e\n\n\"\"\n".utf8),
            [0xEF, 0xBB, 0xBF] + Array("=1+1,字\n".utf8),
            [0x84, 0x31, 0x95, 0x33, 0xD6, 0xD0, 0x2C, 0xB9, 0xFA, 0x0A],
        ].enumerated().map { number, file in [UInt8(number * 3)] + file }
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    private static let smallCatalogue = """
        street: {id: elm, name: {zh: 榆树街, en: Elm Street}, case_prefix: E, zone: UTC}
        departments:
          - {id: urban, name: Urban}
          - {id: market, name: Market}
        grids:
          - {id: g1, name: First}
        calendar:
          hours: ["09:00-12:00", "13:00-17:00"]
          weekdays: [mon, tue, wed, thu, fri]
          published_through: 2026
          holidays: [{from: 2026-05-01, to: 2026-05-05, name: May}]
          make_up_days: [2026-05-09]
        policy: {lease: 30s, retry: 5s, retry_maximum: 5min, maximum_attempts: 5}
        limits: {dispatch: 10 min}
        categories:
          - id: litter
            name: Litter
            plan: [{lead: urban, assist: [market]}]
            limits: {resolve: 4 work_hours}
        campaigns:
          - id: spring
            name: Spring
            lead: urban
            from: 2026-03-01
            to: 2026-03-31
        """

    private static let smallMapping = """
        source: test
        key: id
        zone: Asia/Shanghai
        observed_at: {column: at, format: [yyyy-MM-dd HH:mm:ss, M/d/yyyy], spread_if_midnight: true}
        category: {column: kind, table: {a: litter}, default: other}
        grid: g1
        urgency: urgent
        description: "{kind}: {text}"
        coordinates: {latitude: y, longitude: x}
        """
}
