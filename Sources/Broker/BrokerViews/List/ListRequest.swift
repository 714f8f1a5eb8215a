import Foundation
import GridCodec
import GridModel
import SwiftProtobuf

/// A list query whose every value was checked.
struct ListRequest {
    let filter: ListFilter
    let order: ListOrder
    /// Where the page before ended.
    let position: ListPosition?
    /// Calls on the page, at most.
    let limit: Int
    /// Whether the calls that match shall be counted.
    let isCounted: Bool
    /// What is overdue is so at this time.
    let now: Timestamp
    /// Tells this query from others, so that a page is not asked of another query.
    let digest: UInt32

    /// Calls in a list that asks for none in particular.
    static let defaultLimit = 50

    /// Checks `query`; throws a `Refusal` that names the field that is wrong.
    init(
        _ query: WireListQuery, now: Timestamp, names: ViewNames, limits: ProtocolLimits
    ) throws {
        guard query.limit <= limits.listItems else {
            throw Refusal(
                .valueOutOfRange, field: "limit",
                reason: "a list has at most \(limits.listItems) items")
        }
        limit = query.limit == 0 ? min(Self.defaultLimit, limits.listItems) : Int(query.limit)
        filter = try ListFilter(query, names: names, limits: limits)
        order = try ListOrder(query)
        digest = try Self.digest(query)
        position = try Self.position(query, digest: digest)
        isCounted = query.count
        self.now = now
    }

    private static func position(
        _ query: WireListQuery, digest: UInt32
    ) throws -> ListPosition? {
        guard query.beforeSerial > 0 else {
            return query.page.isEmpty
                ? nil : try ListPosition(page: query.page, digest: digest)
        }
        guard query.page.isEmpty, query.order == .unspecified else {
            throw Refusal(
                .valueOutOfRange, field: "before_serial",
                reason: "a page of another order goes on with page")
        }
        return ListPosition(key: 0, serial: Int64(clamping: query.beforeSerial))
    }

    /// FNV-1a over what decides which calls are listed in which order.
    private static func digest(_ query: WireListQuery) throws -> UInt32 {
        var query = query
        query.limit = 0
        query.beforeSerial = 0
        query.page = Data()
        query.count = false
        let bytes: [UInt8] = try query.serializedBytes()
        return bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}

/// What a list is sorted by; calls that rank equally are sorted by filing, in the same direction.
struct ListOrder: Equatable {
    /// What is compared first.
    enum Key: CaseIterable {
        /// Nothing: the order of filing, which serials have too.
        case filed
        /// The time of closing or voiding; only calls that have one.
        case closed
        /// The nearest due time of the open parts; only calls that have one.
        case due
        /// Emergencies first.
        case urgency
    }

    let key: Key
    let isDescending: Bool

    /// The order `query` asks for; throws a `Refusal` for one this version does not know.
    init(_ query: WireListQuery) throws(Refusal) {
        key =
            switch query.order {
            case .unspecified, .byFiled: .filed
            case .byClosed: .closed
            case .byDue: .due
            case .byUrgency: .urgency
            case .UNRECOGNIZED(let number):
                throw Refusal(
                    .valueOutOfRange, field: "order", reason: "there is no order \(number)")
            }
        isDescending = query.order == .unspecified || query.descending
    }
}

/// A call's place in a list.
struct ListPosition: Equatable {
    /// What the list is sorted by; 0 in the order of filing.
    let key: Int64
    let serial: Int64

    /// A place from its parts.
    init(key: Int64, serial: Int64) {
        self.key = key
        self.serial = serial
    }

    /// Whether this call comes before the other one, in an order that rises.
    func precedes(_ other: ListPosition) -> Bool { (key, serial) < (other.key, other.serial) }

    // MARK: The bytes of a page

    /// Counts changes of the bytes: a version, the query's digest, key and serial, big-endian.
    private static let pageVersion: UInt8 = 1
    private static let pageBytes = 1 + 4 + 8 + 8

    /// The bytes a peer shows to get what comes after this place.
    func page(digest: UInt32) -> Data {
        var bytes = [Self.pageVersion]
        bytes += withUnsafeBytes(of: digest.bigEndian, Array.init)
        bytes += withUnsafeBytes(of: key.bigEndian, Array.init)
        bytes += withUnsafeBytes(of: serial.bigEndian, Array.init)
        return Data(bytes)
    }

    /// Reads what `page` wrote; throws a `Refusal` of the field `page` for anything else, or for
    /// the page of another query.
    init(page: Data, digest: UInt32) throws(Refusal) {
        guard page.count == Self.pageBytes, page.first == Self.pageVersion else {
            throw Refusal(
                .valueOutOfRange, field: "page",
                reason: "this is no next_page of a list reply of this version")
        }
        func number(_ range: Range<Int>) -> UInt64 {
            page.dropFirst(range.lowerBound).prefix(range.count).reduce(0) { $0 << 8 | UInt64($1) }
        }
        guard number(1..<5) == UInt64(digest) else {
            throw Refusal(
                .valueOutOfRange, field: "page",
                reason: "this page belongs to a list with other filters or another order")
        }
        key = Int64(bitPattern: number(5..<13))
        serial = Int64(bitPattern: number(13..<21))
    }
}
