/// Catalogues of small streets with short times.
package enum SmallStreet {
    /// Four departments, two grids, one campaign; `one` is urban's alone, `three` links three
    /// departments, `stages` begins with urban and ends with market.
    ///
    /// A worker's heartbeat comes every 2 s, so that a lease below 3 s may end under a living one.
    package static func catalogue(lease: String = "30s", retry: String = "100ms") -> String {
        """
        street:
          id: small
          name: {zh: 小街, en: Small Street}
          case_prefix: SM
          zone: Asia/Shanghai

        departments:
          - {id: urban, name: {zh: 城市管理, en: Urban management}}
          - {id: market, name: {zh: 市场监管, en: Market supervision}}
          - {id: safety, name: {zh: 安全环保, en: Safety and environment}}
          - {id: judicial, name: {zh: 司法所, en: Judicial office}}

        grids:
          - {id: g-1, name: {zh: 第一网格, en: Grid 1}}
          - {id: g-2, name: {zh: 第二网格, en: Grid 2}}

        calendar:
          hours: ["09:00-17:00"]
          weekdays: [mon, tue, wed, thu, fri]
          published_through: 2026

        policy:
          lease: \(lease)
          retry: \(retry)
          retry_maximum: 1s
          maximum_attempts: 5

        limits:
          accept: 30 min

        categories:
          - id: one
            name: {zh: 一家, en: One department}
            plan: [{lead: urban}]
            limits: {resolve: 3 urgent_hours}
          - id: three
            name: {zh: 三家, en: Three departments}
            plan: [{lead: market, assist: [urban, safety]}]
            limits: {resolve: 3 urgent_hours}
          - id: stages
            name: {zh: 两段, en: Two stages}
            plan: [{lead: urban}, {lead: market}]
            limits: {resolve: 3 urgent_hours}

        campaigns:
          - id: always
            name: {zh: 常年行动, en: Every day}
            lead: urban
            categories: [three]
            from: 2020-01-01
            to: 2099-12-31
            target: 10

        """
    }
}
