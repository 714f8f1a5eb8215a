import BrokerEngine
import Foundation
import GridCodec
import GridModel

/// Answers list queries the plain way: every call is looked at, then all are sorted.
struct ListModel {
    let model: NaiveModel
    let now: Timestamp

    /// The serials of all calls that match, in order.
    func serials(_ query: WireListQuery) -> [UInt64] {
        let found = model.calls.filter { matches($0.value, query) }
        let sorted = found.keys.sorted { left, right in
            let keys = (key(found[left]!, query.order), key(found[right]!, query.order))
            return keys.0 == keys.1 ? left < right : keys.0 < keys.1
        }
        let isDescending = query.order == .unspecified || query.descending
        return isDescending ? sorted.reversed() : sorted
    }

    private func key(_ call: NaiveModel.Call, _ order: WireListOrder) -> Int64 {
        switch order {
        case .byClosed: call.closedAt.milliseconds
        case .byDue: call.nextDue.milliseconds
        case .byUrgency: Int64(call.fact.urgency.rawValue)
        default: 0
        }
    }

    private func matches(_ call: NaiveModel.Call, _ query: WireListQuery) -> Bool {
        let department = HistoryWriter.departments.firstIndex(of: query.department)
            .map(UInt16.init)
        let campaign = Int(call.fact.campaign)
        return (query.state.isEmpty || query.state == "\(call.state)")
            && (!query.openOnly || call.state.isOpen)
            && (!query.overdueOnly || call.isOverdue(at: now, department: department))
            && (department == nil || call.parts.values.contains { $0.department == department })
            && (query.category.isEmpty
                || query.category == HistoryWriter.categories[Int(call.fact.category)])
            && (query.grid.isEmpty || query.grid == HistoryWriter.grids[Int(call.fact.grid)])
            && (query.campaign.isEmpty
                || campaign < 2 && query.campaign == HistoryWriter.campaigns[campaign])
            && isWithin(call.filedAt, query.filedFrom, query.filedUntil)
            && (query.closedFrom == 0 && query.closedUntil == 0
                || call.closedAt != .zero
                    && isWithin(call.closedAt, query.closedFrom, query.closedUntil))
            && (query.order != .byClosed || call.closedAt != .zero)
            && (query.order != .byDue || call.nextDue != .distantFuture)
            && (query.text.isEmpty || hasText(call.texts, query.text))
    }

    private func isWithin(_ time: Timestamp, _ from: Int64, _ until: Int64) -> Bool {
        (from == 0 || time.milliseconds >= from) && (until == 0 || time.milliseconds < until)
    }

    /// Foundation's idea of case and width, and every blank-separated piece of the question.
    private func hasText(_ texts: WireCallTexts, _ question: String) -> Bool {
        let text = (texts.description_p + "\n" + texts.address).plain
        let words = text.split { !$0.isLetter && !$0.isNumber || $0.isHan }
        return question.plain.split(separator: " ").allSatisfy { piece in
            piece.allSatisfy(\.isHan)
                ? text.contains(piece) : words.contains { $0.hasPrefix(piece) }
        }
    }
}

extension NaiveModel.Call {
    /// The nearest due time of the open parts; the far future if there is none.
    var nextDue: Timestamp {
        guard state.isOpen else { return .distantFuture }
        return parts.values.filter { $0.state.isOpen }.map(\.due).min() ?? .distantFuture
    }
}

extension String {
    fileprivate var plain: String {
        precomposedStringWithCompatibilityMapping.lowercased()
    }
}

extension Character {
    fileprivate var isHan: Bool {
        unicodeScalars.allSatisfy { (0x4e00...0x9fff).contains($0.value) }
    }
}
