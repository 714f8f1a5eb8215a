import GridModel

/// How a list query is answered.
///
/// Either an index has few enough entries (at most `smallSize`) to be walked through as a whole;
/// what matches is then sorted in memory, and counted on the way. Or many calls can match, and a
/// walk in the order that was asked for finds a page of them soon.
struct ListPlan: Equatable {
    /// One thing to walk through.
    enum Source: Equatable {
        case walk(ListDriver, serials: Range<Int64>)
        /// The calls that the text index proposes.
        case proposals(serials: Range<Int64>)
    }

    /// Together all calls that can match: one after the other in the order asked for, unless
    /// `isSmall`.
    let sources: [Source]
    let isSmall: Bool
}

/// The numbers that decide for one plan or another.
struct ListSizes {
    /// Entries of an index that are walked through as a whole: a fraction of 200 ms.
    var small = 20_000
    /// Fewer than these are not worth a look into another index.
    var tiny = 500
    /// Calls the text index may be behind: they are looked through one by one.
    var tail = 10_000
    /// Matches beyond these are not counted, nor those that are found after so long.
    var counted = 10_000
    var countingMilliseconds = 80
}

extension ListPlan.Source {
    /// The same in the part of a list, in the order of filing, that follows a call.
    func following(_ serial: Int64, isDescending: Bool) -> ListPlan.Source {
        switch self {
        case .walk(let driver, let serials):
            .walk(driver, serials: serials.following(serial, isDescending))
        case .proposals(let serials):
            .proposals(serials: serials.following(serial, isDescending))
        }
    }
}

extension Range<Int64> {
    fileprivate func following(_ serial: Int64, _ isDescending: Bool) -> Range<Int64> {
        let serial = Swift.min(Swift.max(serial, lowerBound - 1), upperBound)
        return isDescending
            ? lowerBound..<Swift.max(lowerBound, serial)
            : Swift.min(serial + 1, upperBound)..<upperBound
    }
}
