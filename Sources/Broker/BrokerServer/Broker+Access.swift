import Access
import BrokerEngine
import Glibc
import GridModel
import Logging
import ZeroMQ

extension Broker {
    private static let diskCheckMilliseconds: Int64 = 1_000

    /// Lets in whose key is in force; the others are counted and listed.
    func answerHandshakes(_ gate: Gate) throws {
        try gate.answerHandshakes { request in
            let user = request.key?.text
            if let user, core.access.identity(of: user, at: Moment.now.wall) != nil { return user }
            core.connectionRefused()
            log.info(
                "a connection was refused: its key is not in force",
                metadata: ["address": "\(request.address)", "key": "\(user ?? "none")"])
            return nil
        }
    }

    /// SIGHUP: puts the keys of the file in force, or keeps those that are.
    func reloadKeys() {
        guard let file = configuration.authorizedKeys else { return }
        do throws(AuthorizedKeysFile.Unusable) {
            let keys = try file.read()
            core.replaceKeys(keys)
            log.notice("the authorised keys are in force", metadata: ["keys": "\(keys.keys.count)"])
        } catch {
            for mistake in error.mistakes {
                log.error(
                    "the authorised keys are refused, the old ones stay in force",
                    metadata: ["mistake": "\(mistake)"])
            }
        }
    }

    /// Tells who was refused what; the facts of it are in the journal.
    func tellRefusals() {
        for refusal in core.takeRefusals() {
            log.notice(
                "access was refused",
                metadata: [
                    "who": "\(refusal.who)", "action": "\(refusal.action)",
                    "code": "\(refusal.code.rawValue)",
                ])
        }
    }

    /// New calls are refused while the journal's disk has hardly any room left: what is open can
    /// then still be finished.
    func checkDisk(at moment: Moment) {
        guard moment.monotonicMilliseconds - diskCheckedAt >= Self.diskCheckMilliseconds else {
            return
        }
        diskCheckedAt = moment.monotonicMilliseconds
        var status = statvfs()
        guard statvfs(configuration.dataDirectory, &status) == 0 else { return }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let isLow = free < configuration.limits.reservedDiskBytes
        guard isLow != core.isDiskLow else { return }
        core.isDiskLow = isLow
        if isLow {
            log.error(
                "the disk is nearly full: no new call is filed until there is room",
                metadata: ["freeBytes": "\(free)"])
        } else {
            log.notice("there is room on the disk again", metadata: ["freeBytes": "\(free)"])
        }
    }
}
