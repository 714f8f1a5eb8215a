import GridModel

/// Reads a whole catalogue, section by section.
struct CatalogueReader {
    let log: MistakeLog
    var departments = Declarations(kind: Phrase("部门", "department"))
    var grids = Declarations(kind: Phrase("网格", "grid"))
    var categories = Declarations(kind: Phrase("类别", "category"))
    var campaigns = Declarations(kind: Phrase("专项行动", "campaign"))
    /// The limits that hold where a category says nothing else.
    var defaultLimits = ClockLimits()

    init(log: MistakeLog) { self.log = log }

    /// The catalogue; to be thrown away if there is any mistake in the log.
    mutating func read(_ root: Entry) -> StreetCatalogue? {
        guard
            let file = Section(
                root, subject: Phrase("目录", "the catalogue"), group: CatalogueSchema.file, log: log)
        else { return nil }
        let (street, zone) = readStreet(file["street"])
        let departments = readDepartments(file)
        let grids = readGrids(file)
        let calendar = CalendarReader(zone: zone, log: log).read(file["calendar"])
        let policy = readPolicy(file["policy"])
        defaultLimits = LimitReader(log: log).limits(
            file["limits"], subject: Phrase(verbatim: "`limits`"), over: ClockLimits())
        let categories = readCategories(file)
        let campaigns = readCampaigns(file, zone: zone)
        return StreetCatalogue(
            street: street, departments: departments, grids: grids, categories: categories,
            campaigns: campaigns, calendar: calendar, policy: policy)
    }

    private func readStreet(_ entry: Entry?) -> (Street, StreetZone) {
        let unnamed = Street(
            id: "", name: LocalizedName(chinese: "", english: ""), casePrefix: "")
        guard let entry,
            let section = Section(
                entry, subject: Phrase("街道", "the street"), group: CatalogueSchema.street, log: log)
        else { return (unnamed, .utc) }
        let street = Street(
            id: section.identifier("id") ?? "", name: section.name(),
            casePrefix: casePrefix(section))
        return (street, zone(section))
    }

    private func casePrefix(_ section: Section) -> String {
        guard let entry = section["case_prefix"] else { return "" }
        guard let text = entry.scalar, (1...8).contains(text.utf8.count),
            text.utf8.allSatisfy({ (48...57).contains($0) || (65...90).contains($0) })
        else {
            section.refuse(
                "case_prefix", entry,
                mustBe: Phrase("1 至 8 个大写字母 A-Z 或数字", "1 to 8 capital letters A-Z or digits"))
            return ""
        }
        return text
    }

    private func zone(_ section: Section) -> StreetZone {
        guard let entry = section["zone"] else { return .utc }
        guard let name = entry.scalar, let zone = ZoneCompiler.zone(named: name) else {
            let hint = log.hint(for: entry.scalar ?? "", among: ZoneCompiler.names)
            log.add(
                entry.line,
                entry.wrong(
                    .key("zone", of: section.subject),
                    mustBe: Phrase(
                        "时区数据库中的时区，如 `Asia/Shanghai`",
                        "a zone of the time zone database such as `Asia/Shanghai`")) + hint)
            return .utc
        }
        return zone
    }

    private mutating func readDepartments(_ file: Section) -> [Department] {
        file.items("departments", into: &departments, group: CatalogueSchema.department)
            .map { Department(id: $0.identifier("id") ?? "", name: $0.name()) }
    }

    private mutating func readGrids(_ file: Section) -> [Grid] {
        file.items("grids", into: &grids, group: CatalogueSchema.grid)
            .map { Grid(id: $0.identifier("id") ?? "", name: $0.name()) }
    }

    private func readPolicy(_ entry: Entry?) -> WorkPolicy {
        var policy = WorkPolicy()
        guard let entry,
            let section = Section(
                entry, subject: Phrase(verbatim: "`policy`"), group: CatalogueSchema.policy,
                log: log)
        else { return policy }
        if let lease = section.span("lease") { policy.leaseMilliseconds = lease }
        if let retry = section.span("retry") { policy.retryMilliseconds = retry }
        if let maximum = section.span("retry_maximum") { policy.retryMaximumMilliseconds = maximum }
        if let attempts = section.integer("maximum_attempts", in: 1...1_000) {
            policy.maximumAttempts = attempts
        }
        if policy.retryMaximumMilliseconds < policy.retryMilliseconds {
            log.add(
                section["retry_maximum"]?.line ?? section.line,
                Phrase(
                    "`policy` 的 `retry_maximum` 短于 `retry`",
                    "`retry_maximum` of `policy` is shorter than `retry`"))
        }
        return policy
    }
}
