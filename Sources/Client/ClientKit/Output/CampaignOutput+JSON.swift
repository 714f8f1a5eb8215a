import GridCodec

extension CampaignOutput {
    /// Everything, with stable keys.
    package var json: JSONValue {
        .object([
            .init("campaign", CampaignsOutput.json(view.campaign, presentation)),
            .init("assists", .array(view.assists.map { .text($0) })),
            .init("categories", .array(view.categories.map { .text($0) })),
            .init("legalBasis", .optionalText(view.legalBasis)),
            .init("departments", .array(view.departments.map(Self.json))),
            .init("grids", .array(view.grids.map(Self.json))),
            .init(
                "callsPerWeek",
                .object([
                    .init("weeks", .number(view.weeks)),
                    .init("before", .number(view.callsPerWeekBefore)),
                    .init("during", .number(view.callsPerWeekDuring)),
                ])),
            .init("summary", .optionalText(view.summary)),
            .init("closedBy", .optionalText(view.closedBy)),
            .init("closedAt", presentation.json(view.closedAt)),
        ])
    }

    private static func json(_ share: WireCampaignShareView) -> JSONValue {
        .object([
            .init("id", .text(share.id)),
            .init("target", .count(share.target)),
            .init("found", .count(share.found)),
            .init("rectified", .count(share.rectified)),
            .init("closed", .count(share.closed)),
            .init("overdue", .count(share.overdue)),
            .init(
                "rates",
                .object([
                    .init(
                        "rectification",
                        CampaignRates.rectification(share.rectified, of: share.found).json),
                    .init(
                        "closing", CampaignRates.closing(share.closed, of: share.found).json),
                ])),
        ])
    }
}
