import BrokerEngine
import GridModel
import Logging
import ServiceNotify

/// What was asked for by SIGHUP and is not answered yet.
struct Reload {
    /// Files being read.
    var underWay = 0
    /// Once this batch is durable …
    var answerAfter: UInt64 = 0
    /// … the service manager is told so.
    var answer: String?
}

/// A new catalogue while the broker serves.
///
/// The file is read and compiled on a thread of its own; the loop then takes the catalogue as one
/// fact among others, or leaves everything as it is. The service manager hears of the end when the
/// fact is durable: `RELOADING=1`, then `READY=1` (sd_notify(3)).
extension Broker {
    /// SIGHUP: reads the files again.
    func reload() {
        reloadKeys()
        guard let file = configuration.catalogueFile else {
            log.warning("no catalogue file is known: there is nothing to read again")
            return
        }
        service.notify(.reloading)
        log.notice("reading the catalogue again")
        reloading.underWay += 1
        catalogueThread.post(file)
    }

    /// Takes what was compiled into the turn at hand.
    func takeCatalogues() {
        for result in compiled.take() {
            reloading.underWay -= 1
            switch result {
            case .success(let catalogue): adopt(catalogue)
            case .failure(let unusable): refuse(unusable.mistakes.map(\.english))
            }
        }
    }

    /// Tells the service manager how the reload ended, once that cannot be lost any more.
    func answerReload() {
        guard let answer = reloading.answer, reloading.underWay == 0,
            core.durableSeq >= reloading.answerAfter
        else { return }
        reloading.answer = nil
        service.notify(.ready, status: answer)
    }

    private func adopt(_ catalogue: StreetCatalogue) {
        let versions = core.engine.record.catalogues.count
        let objections = core.adopt(catalogue)
        guard objections.isEmpty else { return refuse(objections.map { "\($0)" }) }
        let version = core.engine.record.catalogues.count
        let isNew = version > versions
        let metadata: Logger.Metadata = [
            "version": "\(version)", "departments": "\(catalogue.departments.count)",
            "grids": "\(catalogue.grids.count)", "categories": "\(catalogue.categories.count)",
            "campaigns": "\(catalogue.campaigns.count)",
        ]
        if isNew {
            reloading.answerAfter = core.formingSeq
            log.notice("a new catalogue is in force", metadata: metadata)
        } else {
            log.notice("the catalogue is the one in force already", metadata: metadata)
        }
        reloading.answer = "catalogue version \(version) in force"
    }

    private func refuse(_ mistakes: [String]) {
        for mistake in mistakes {
            log.error("the new catalogue is refused", metadata: ["mistake": "\(mistake)"])
        }
        let version = core.engine.record.catalogues.count
        log.error(
            "the catalogue before it stays in force",
            metadata: ["version": "\(version)", "mistakes": "\(mistakes.count)"])
        reloading.answer =
            "catalogue version \(version) in force; a new one was refused for \(mistakes.count) "
            + (mistakes.count == 1 ? "reason" : "reasons")
    }
}
