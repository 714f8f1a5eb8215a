/// A name in Chinese and English; either may stand for the other.
package struct LocalizedName: Hashable, Sendable, Codable {
    /// Chinese; shown where the locale is Chinese.
    package var chinese: String
    /// English; shown everywhere else.
    package var english: String

    /// A name in both languages.
    package init(chinese: String, english: String) {
        self.chinese = chinese
        self.english = english
    }
}

/// Everything the street decides about its work, compiled: strict, resolved, free of defaults.
///
/// The catalogue in force is itself a fact of the journal (as JSON of this type), so that every
/// plan and limit can be explained later. Ids are unique within their list; every id named
/// anywhere is declared; lists keep the order of the file.
package struct StreetCatalogue: Hashable, Sendable, Codable {
    package var street: Street
    package var departments: [Department]
    package var grids: [Grid]
    package var categories: [Category]
    package var campaigns: [Campaign]
    package var calendar: WorkCalendar
    package var policy: WorkPolicy

    /// A catalogue from its compiled parts.
    package init(
        street: Street, departments: [Department], grids: [Grid], categories: [Category],
        campaigns: [Campaign], calendar: WorkCalendar, policy: WorkPolicy
    ) {
        self.street = street
        self.departments = departments
        self.grids = grids
        self.categories = categories
        self.campaigns = campaigns
        self.calendar = calendar
        self.policy = policy
    }
}

/// The street a broker serves.
package struct Street: Hashable, Sendable, Codable {
    package var id: String
    package var name: LocalizedName
    /// The prefix of its case numbers: 1 to 8 capital letters or digits.
    package var casePrefix: String

    /// A street.
    package init(id: String, name: LocalizedName, casePrefix: String) {
        self.id = id
        self.name = name
        self.casePrefix = casePrefix
    }
}

/// A body that can act on calls.
package struct Department: Hashable, Sendable, Codable {
    package var id: String
    package var name: LocalizedName

    /// A department.
    package init(id: String, name: LocalizedName) {
        self.id = id
        self.name = name
    }
}

/// An area of the street.
package struct Grid: Hashable, Sendable, Codable {
    package var id: String
    package var name: LocalizedName

    /// A grid.
    package init(id: String, name: LocalizedName) {
        self.id = id
        self.name = name
    }
}

/// Departments that work side by side.
package struct Stage: Hashable, Sendable, Codable {
    /// One department's part.
    package struct Part: Hashable, Sendable, Codable {
        /// The department's id.
        package var department: String
        package var role: DepartmentRole

        /// One department's part.
        package init(department: String, role: DepartmentRole) {
            self.department = department
            self.role = role
        }
    }

    /// The lead first; exactly one lead; no department twice.
    package var parts: [Part]

    /// A stage.
    package init(parts: [Part]) { self.parts = parts }
}

/// Under what circumstances a problem is filed, with limits of its own (立案条件).
package struct FilingCondition: Hashable, Sendable, Codable {
    /// `default` where a category declares none.
    package var id: String
    package var name: LocalizedName
    package var limits: ClockLimits

    /// A filing condition.
    package init(id: String, name: LocalizedName, limits: ClockLimits) {
        self.id = id
        self.name = name
        self.limits = limits
    }
}

/// How long each step may take; `nil` means the step has no clock.
package struct ClockLimits: Hashable, Sendable, Codable {
    package var dispatch: Limit?
    package var accept: Limit?
    package var arrive: Limit?
    package var resolve: Limit?
    package var check: Limit?
    package var review: Limit?
    package var reply: Limit?
    package var reportDue: Limit?

    /// No limits; set those that hold.
    package init() {}

    /// The limit of one clock.
    package subscript(_ kind: ClockKind) -> Limit? {
        get {
            switch kind {
            case .dispatch: dispatch
            case .accept: accept
            case .arrive: arrive
            case .resolve: resolve
            case .check: check
            case .review: review
            case .reply: reply
            case .reportDue: reportDue
            }
        }
        set {
            switch kind {
            case .dispatch: dispatch = newValue
            case .accept: accept = newValue
            case .arrive: arrive = newValue
            case .resolve: resolve = newValue
            case .check: check = newValue
            case .review: review = newValue
            case .reply: reply = newValue
            case .reportDue: reportDue = newValue
            }
        }
    }
}

/// A themed enforcement over categories, grids and a time window (专项执法行动).
package struct Campaign: Hashable, Sendable, Codable {
    package var id: String
    package var name: LocalizedName
    package var lead: String
    package var assists: [String]
    /// Ids of categories; empty means every one.
    package var categories: [String]
    /// Ids of grids; empty means every one.
    package var grids: [String]
    /// The first moment of the window.
    package var from: Timestamp
    /// The first moment after the window.
    package var until: Timestamp
    /// How many calls the street wants to find; 0 for no target.
    package var target: Int
    /// The rule the campaign acts on, for people.
    package var legalBasis: String
    /// How the target is shared out; may be empty, and need not add up to it.
    package var targets: CampaignTargets

    /// A campaign.
    package init(
        id: String, name: LocalizedName, lead: String, assists: [String], categories: [String],
        grids: [String], from: Timestamp, until: Timestamp, target: Int, legalBasis: String,
        targets: CampaignTargets = CampaignTargets()
    ) {
        self.id = id
        self.name = name
        self.lead = lead
        self.assists = assists
        self.categories = categories
        self.grids = grids
        self.from = from
        self.until = until
        self.target = target
        self.legalBasis = legalBasis
        self.targets = targets
    }

    /// Reads a campaign; one of an older catalogue shares its target out to nobody.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = try values.decode(LocalizedName.self, forKey: .name)
        lead = try values.decode(String.self, forKey: .lead)
        assists = try values.decode([String].self, forKey: .assists)
        categories = try values.decode([String].self, forKey: .categories)
        grids = try values.decode([String].self, forKey: .grids)
        from = try values.decode(Timestamp.self, forKey: .from)
        until = try values.decode(Timestamp.self, forKey: .until)
        target = try values.decode(Int.self, forKey: .target)
        legalBasis = try values.decode(String.self, forKey: .legalBasis)
        targets =
            try values.decodeIfPresent(CampaignTargets.self, forKey: .targets) ?? CampaignTargets()
    }
}

/// How many calls of a campaign each department and each grid shall find.
package struct CampaignTargets: Hashable, Sendable, Codable {
    /// One share: a department's or a grid's id, and how many.
    package struct Share: Hashable, Sendable, Codable {
        package var id: String
        package var target: Int

        /// One share.
        package init(id: String, target: Int) {
            self.id = id
            self.target = target
        }
    }

    package var departments: [Share]
    package var grids: [Share]

    /// Shares; by default none.
    package init(departments: [Share] = [], grids: [Share] = []) {
        self.departments = departments
        self.grids = grids
    }
}

/// How claims are leased and failures retried.
package struct WorkPolicy: Hashable, Sendable, Codable {
    /// A claim not renewed for this long is lost.
    package var leaseMilliseconds: Int64 = 30_000
    /// The wait after the first failure; doubles with each.
    package var retryMilliseconds: Int64 = 5_000
    /// The longest wait between attempts.
    package var retryMaximumMilliseconds: Int64 = 300_000
    /// After so many failed attempts an assignment is stuck.
    package var maximumAttempts: Int = 5

    /// The policy of design: change a value with a reason.
    package init() {}
}
