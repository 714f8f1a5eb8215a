import ClientKit
import GridCodec
import GridModel
import Synchronization

extension ConsoleApplication {
    /// The calls that match in every street that is shown, asked for at once.
    func calls(
        _ context: PageContext, _ request: ConsoleRequest
    ) async throws(FormFields.Mistake) -> ConsoleReply {
        var queries: [(Snapshot.Street, WireListQuery)] = []
        for street in context.streets {
            let names = CatalogueNames(street.broker.catalogue)
            let filter = try CallFilter(context.fields, names: names, zone: street.broker.zone)
            queries.append((street, filter.query))
        }
        if context.streets.count > 1, context.fields["page"] != nil {
            throw FormFields.Mistake(
                .missingField, "street",
                Phrase(chinese: "翻页须指明街道", english: "a page is of one street"))
        }
        return await pages.page(RecentPages.Key(context), now: clocks.monotonic()) {
            [queries] in await self.callsPage(queries, context, request)
        }
    }

    private func callsPage(
        _ queries: [(Snapshot.Street, WireListQuery)], _ context: PageContext,
        _ request: ConsoleRequest
    ) async -> RecentPages.Made {
        var answers: [CallsPage.Answer] = []
        var isKept = true
        for (street, query) in queries {
            let result = await list(query, street)
            if case .failure(let failure) = result {
                isKept = false
                if case .refused(let code, let field, let reason) = failure,
                    (100..<200).contains(code), context.streets.count == 1
                {
                    let name = RefusalCode(wire: code) ?? .valueOutOfRange
                    let reply = refusal(
                        request, 400, "\(name)", Phrase(verbatim: reason), field: field)
                    return (reply, false)
                }
            }
            answers.append(CallsPage.Answer(street, result))
        }
        return (ConsoleReply(page: CallsPage(context, answers).page), isKept)
    }

    private func list(
        _ query: WireListQuery, _ street: Snapshot.Street
    ) async -> Result<WireListReply, BrokerWatch.Failure> {
        do throws(BrokerWatch.Failure) {
            guard case .list(let reply) = try await watches[street.index].ask(.list(query)) else {
                return .failure(.unexpected)
            }
            return .success(reply)
        } catch {
            return .failure(error)
        }
    }

    /// All calls that match, as `gridcall list --format csv` writes them, a page at a time.
    func csv(_ context: PageContext) throws(FormFields.Mistake) -> ConsoleReply {
        guard context.streets.count == 1, let street = context.streets.first else {
            throw FormFields.Mistake(
                .missingField, "street",
                Phrase(chinese: "请指明街道", english: "say which street"))
        }
        let names = CatalogueNames(street.broker.catalogue)
        let filter = try CallFilter(context.fields, names: names, zone: street.broker.zone)
        var query = filter.query
        query.count = false
        let download = CallsDownload(
            query, watch: watches[street.index], presentation: context.presentation(of: street),
            marksByteOrder: context.fields["bom"] != "0")
        var reply = ConsoleReply(type: "text/csv; charset=utf-8", body: [])
        let day = context.time(context.snapshot.now, in: street).prefix(10)
        reply.headers += [
            ("content-disposition", "attachment; filename=\"calls-\(street.key)-\(day).csv\""),
            ("cache-control", "no-store"),
        ]
        reply.body = .pieces { try await download.next() }
        return reply
    }

    /// The page of one call; of several that may be meant, a choice.
    func call(
        _ text: String, _ context: PageContext, _ request: ConsoleRequest
    ) async throws(FormFields.Mistake) -> ConsoleReply {
        try context.fields.refuseOthers(than: ["street"])
        let reference: CallReference
        do throws(CallReference.ParseError) {
            reference = try CallReference(parsing: text)
        } catch {
            throw FormFields.Mistake(.malformedCaseNumber, "case", error.reason)
        }
        var failure = BrokerWatch.Failure.unreachable
        for street in context.streets {
            do throws(BrokerWatch.Failure) {
                switch try await watches[street.index].ask(.track(reference.query)) {
                case .call(let call):
                    return ConsoleReply(page: CallPage(call, street, context).page)
                case .list(let candidates):
                    return ConsoleReply(
                        page: CandidatesPage(text, candidates.calls, street, context).page)
                default: failure = .unexpected
                }
            } catch {
                failure = error
            }
        }
        return refusal(request, failure)
    }

    /// The page of one campaign.
    func campaign(
        _ id: String, _ context: PageContext, _ request: ConsoleRequest
    ) async throws(FormFields.Mistake) -> ConsoleReply {
        try context.fields.refuseOthers(than: ["street"])
        var query = WireCampaignQuery()
        query.campaign = id
        var failure = BrokerWatch.Failure.unreachable
        for street in context.streets {
            do throws(BrokerWatch.Failure) {
                let reply = try await watches[street.index].ask(.campaign(query))
                guard case .campaign(let view) = reply else { throw .unexpected }
                return ConsoleReply(page: CampaignPage(view, street, context).page)
            } catch {
                failure = error
            }
        }
        return refusal(request, failure)
    }

    /// The page of the grids of every street that is shown.
    func gridsPage(_ context: PageContext) async -> ConsoleReply {
        await pages.page(RecentPages.Key(context), now: clocks.monotonic()) {
            var answers: [GridsPage.Answer] = []
            var isKept = true
            for street in context.streets {
                let result = await self.grids.counts(
                    street, self.watches[street.index], self.clocks.monotonic())
                if case .failure = result { isKept = false }
                answers.append(GridsPage.Answer(street, result))
            }
            return (ConsoleReply(page: GridsPage(context, answers).page), isKept)
        }
    }

    /// What a broker's refusal of a question means for who asked.
    private func refusal(
        _ request: ConsoleRequest, _ failure: BrokerWatch.Failure
    ) -> ConsoleReply {
        guard case .refused(let code, let field, let reason) = failure else {
            return refusal(request, 503, "unavailable", failure.phrase)
        }
        let name = ClientFailure.codeName(code)
        let status =
            switch RefusalCode(wire: code) {
            case .notFound, .unknownCampaign: 404
            case .forbidden: 403
            default: (400..<500).contains(code) ? 503 : 400
            }
        return refusal(request, status, name, Phrase(verbatim: reason), field: field)
    }
}

/// A list of calls as CSV, page after page: only one page is held at a time.
private final class CallsDownload: Sendable {
    /// Calls that are asked for at first, so that the download begins at once.
    private static let firstCalls: UInt32 = 50
    /// Calls that are asked for at once after that; a reply holds fewer, so that it fits a frame.
    private static let pageCalls: UInt32 = 1_000
    /// More rows than `gridcall list --limit` allows are not written either.
    private static let maximumRows = 1_000_000

    private struct Inside {
        var query: WireListQuery
        var rows = 0
        var isFirst = true
        var isDone = false
    }

    private let inside: Mutex<Inside>
    private let watch: BrokerWatch
    private let presentation: Presentation
    private let marksByteOrder: Bool

    init(
        _ query: WireListQuery, watch: BrokerWatch, presentation: Presentation,
        marksByteOrder: Bool
    ) {
        var first = query
        first.limit = Self.firstCalls
        inside = Mutex(Inside(query: first))
        self.watch = watch
        self.presentation = presentation
        self.marksByteOrder = marksByteOrder
    }

    /// The next rows; `nil` after the last. Throws `BrokerWatch.Failure`: then the file is cut off,
    /// which a browser shows as a failed download.
    func next() async throws -> [UInt8]? {
        let query: WireListQuery? = inside.withLock { $0.isDone ? nil : $0.query }
        guard let query else { return nil }
        guard case .list(let reply) = try await watch.ask(.list(query), isKept: false) else {
            throw BrokerWatch.Failure.unexpected
        }
        let csv = CallListOutput(reply, isCounted: false, presentation).csv
        return inside.withLock { inside in
            let isFirst = inside.isFirst
            inside.isFirst = false
            inside.rows += reply.calls.count
            inside.query.page = reply.nextPage
            inside.query.limit = Self.pageCalls
            inside.isDone = reply.nextPage.isEmpty || inside.rows >= Self.maximumRows
            let mark: [UInt8] = marksByteOrder && isFirst ? [0xEF, 0xBB, 0xBF] : []
            // The titles stand in the first line of every page.
            let rows = isFirst ? csv[...] : csv.drop { $0 != "\n" }.dropFirst()
            return mark + Array(rows.utf8)
        }
    }
}
