import Catalogue

/// A catalogue with every key there is, one to a line.
enum FullCatalogue {
    static let text = """
        street:
          id: elm
          name:
            zh: 榆树街道
            en: Elm Street
          case_prefix: ELM
          zone: Asia/Shanghai
        departments:
          - id: urban
            name: Urban
          - id: market
            name: Market
        grids:
          - id: g1
            name: First
        calendar:
          hours:
            - "09:00-12:00"
          weekdays:
            - mon
          published_through: 2026
          holidays:
            - date: 2026-05-04
              name: May
            - from: 2026-10-01
              to: 2026-10-07
              name: October
          make_up_days:
            - date: 2026-05-09
              name: May
        policy:
          lease: 30s
          retry: 5s
          retry_maximum: 5min
          maximum_attempts: 5
        limits:
          dispatch: 10 min
          accept: 30 min
          arrive: 1 urgent_hour
          resolve: 4 work_hours
          check: 1 work_day
          review: 2 work_days
          reply: 3 work_days
          report_due: none
        categories:
          - id: litter
            name: Litter
            plan:
              - lead: urban
                assist:
                  - market
            code: 01001
            urgency: urgent
            limits:
              resolve: 4 work_hours
            conditions:
              - id: heap
                name: Heap
                limits:
                  resolve: 2 work_hours
            check: false
            verify: false
            kind: rectification
            measures:
              - name: fine
                required: true
                kind: number
              - name: demolition
                kind: choice
                choices:
                  - full
                  - none
            major_decision:
              - measure: fine
                at_least: 50000
              - measure: fine
                above: 99.5
              - measure: demolition
                is: full
            duplicates:
              radius: 100 m
              within: 3 days
            escalation:
              - missed: resolve
                supervisor: market
            reports:
              - id: weekly
                name: Weekly
                every: 1 week
            lead_unclear: true
        campaigns:
          - id: spring
            name: Spring
            lead: urban
            from: 2026-03-01
            to: 2026-03-31
            assist:
              - market
            categories:
              - litter
            grids:
              - g1
            target: 10
            targets:
              departments: {urban: 6, market: 4}
              grids: {g1: 10}
            legal_basis: a law
        """

    static let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(
        String.init)

    /// A line of the text with a key on it.
    struct Place: CustomStringConvertible, Sendable {
        /// From 0.
        let index: Int
        let key: String

        var line: Int { index + 1 }
        var description: String { "line \(line): \(key)" }

        /// What stands before the key: blanks, and the `-` of a list.
        var margin: String {
            String(lines[index].prefix { $0 == " " || $0 == "-" })
        }

        /// The lines below that belong to the key.
        var body: Range<Int> {
            let end =
                lines.indices.dropFirst(index + 1).first { following in
                    lines[following].prefix { $0 == " " || $0 == "-" }.count <= margin.count
                        && !(lines[following].hasPrefix(margin + "- "))
                } ?? lines.count
            return (index + 1)..<end
        }
    }

    /// Every key of the text, with its line.
    static let places: [Place] = lines.enumerated().compactMap { index, line in
        let word = line.drop { $0 == " " || $0 == "-" }
        guard let colon = word.firstIndex(of: ":"), !word.hasPrefix("\"") else { return nil }
        return Place(index: index, key: String(word[..<colon]))
    }
}
