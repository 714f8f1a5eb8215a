import GridModel

extension Record {
    /// Gives the record piece by piece, the summary first. Throws what `give` throws.
    package func forEachSnapshotPiece(
        _ give: (RecordSnapshot.Piece) throws -> Void
    ) rethrows {
        try give(.summary(summary))
        try calls.forEachPiece { try give(.calls($0)) }
        try assignments.forEachPiece { try give(.assignments($0)) }
        try give(.freeCalls(calls.freePlaces))
        try give(.freeAssignments(assignments.freePlaces))
        try give(
            .partDetails(
                partDetails.sorted { $0.key < $1.key }.map {
                    .init(number: $0.key.rawValue, detail: $0.value)
                }))
        try give(
            .callDetails(
                callDetails.sorted { $0.key < $1.key }.map {
                    .init(serial: $0.key, detail: $0.value)
                }))
    }

    private var summary: RecordSnapshot.Summary {
        RecordSnapshot.Summary(
            now: now, epoch: epoch, batchSeq: batchSeq, nextSerial: nextSerial,
            isClockConfirmed: isClockConfirmed, actors: actors,
            departmentNames: symbols.departments.names, gridNames: symbols.grids.names,
            categoryNames: symbols.categories.names, campaignNames: symbols.campaigns.names,
            catalogues: catalogues.map(\.catalogue), departments: departments,
            campaigns: campaigns, street: street, campaignWindows: campaignWindows,
            quietWorkers: quietWorkers.sorted(),
            erasures: erasures.sorted { $0.key < $1.key }.map {
                .init(serial: $0.key, erasure: $0.value)
            },
            callPlaces: calls.capacity, assignmentPlaces: assignments.capacity)
    }

    /// A record from its summary; the other pieces follow through `add`, then `finishSnapshot`.
    /// They have at most `byteCount` bytes, whatever the summary says.
    package init(_ summary: RecordSnapshot.Summary, hashSeed: UInt64, byteCount: Int) {
        self.init(hashSeed: hashSeed)
        restore(
            now: summary.now, batchSeq: summary.batchSeq, actors: summary.actors)
        epoch = summary.epoch
        nextSerial = summary.nextSerial
        isClockConfirmed = summary.isClockConfirmed
        symbols = Symbols(
            departments: SymbolTable(summary.departmentNames),
            grids: SymbolTable(summary.gridNames),
            categories: SymbolTable(summary.categoryNames),
            campaigns: SymbolTable(summary.campaignNames))
        catalogues = summary.catalogues.map { CatalogueVersion($0, symbols: symbols) }
        departments = summary.departments
        campaigns = summary.campaigns
        street = summary.street
        campaignWindows = summary.campaignWindows
        quietWorkers = Set(summary.quietWorkers)
        for entry in summary.erasures { erasures[entry.serial] = entry.erasure }
        calls.reserve(
            places: Self.sound(summary.callPlaces, byteCount / CallSlot.byteCount))
        assignments.reserve(
            places: Self.sound(summary.assignmentPlaces, byteCount / AssignmentSlot.byteCount))
    }

    /// How many places to make room for at once, of so many that are said to follow and so many
    /// that the bytes have room for; neither has been verified yet.
    private static func sound(_ said: Int?, _ most: Int) -> Int {
        min(max(said ?? 0, 0), most, 1 << 24)
    }

    /// Adds the next piece. Throws `RecordSnapshot.Unreadable` if it makes no sense.
    package mutating func add(
        _ piece: RecordSnapshot.Piece
    ) throws(RecordSnapshot.Unreadable) {
        switch piece {
        case .summary: throw RecordSnapshot.Unreadable(reason: "it has two summaries")
        case .calls(let bytes): try calls.append(piece: bytes)
        case .assignments(let bytes): try assignments.append(piece: bytes)
        case .freeCalls(let places): try calls.restore(freePlaces: places)
        case .freeAssignments(let places): try assignments.restore(freePlaces: places)
        case .partDetails(let entries):
            for entry in entries {
                partDetails[AssignmentNumber(rawValue: entry.number)] = entry.detail
            }
        case .callDetails(let entries):
            for entry in entries { callDetails[entry.serial] = entry.detail }
        }
    }

    /// Makes the tables that are derived from the slots. Throws if a slot points at nothing.
    package mutating func finishSnapshot() throws(RecordSnapshot.Unreadable) {
        for slot in 0..<Slot(assignments.capacity) {
            let assignment = assignments[slot]
            guard assignment.call < Slot(calls.capacity),
                assignment.next < Slot(assignments.capacity)
            else { throw RecordSnapshot.Unreadable(reason: "a part points at nothing") }
        }
        for slot in 0..<Slot(calls.capacity) where calls[slot].serial != 0 {
            let call = calls[slot]
            guard call.firstAssignment < Slot(assignments.capacity),
                call.lastAssignment < Slot(assignments.capacity),
                Int(call.catalogueVersion) <= catalogues.count
            else { throw RecordSnapshot.Unreadable(reason: "a call points at nothing") }
        }
        indexCalls()
    }
}

extension SlotArray where Element: SlotBytes {
    func forEachPiece(_ give: ([UInt8]) throws -> Void) rethrows {
        var start = 0
        while start < capacity {
            let end = min(start + RecordSnapshot.slotsInPiece, capacity)
            var writer = SlotWriter(slots: end - start, of: Element.byteCount)
            for slot in start..<end { self[Slot(slot)].write(to: &writer) }
            try give(writer.bytes)
            start = end
        }
    }

    mutating func append(piece bytes: [UInt8]) throws(RecordSnapshot.Unreadable) {
        guard bytes.count % Element.byteCount == 0 else {
            throw RecordSnapshot.Unreadable(reason: "a slot is cut off")
        }
        let read: Result<Void, RecordSnapshot.Unreadable> = unsafe bytes.withUnsafeBytes { bytes in
            Result { () throws(RecordSnapshot.Unreadable) in
                var reader = unsafe SlotReader(bytes)
                for _ in 0..<bytes.count / Element.byteCount {
                    append(try Element(from: &reader))
                }
            }
        }
        try read.get()
    }
}
