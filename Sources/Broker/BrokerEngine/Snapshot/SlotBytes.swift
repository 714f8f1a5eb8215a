import GridModel

/// A slot as a fixed number of bytes, integers in little-endian order.
protocol SlotBytes {
    /// Bytes of one slot.
    static var byteCount: Int { get }
    func write(to writer: inout SlotWriter)
    init(from reader: inout SlotReader) throws(RecordSnapshot.Unreadable)
}

/// Appends the fields of slots.
struct SlotWriter {
    private(set) var bytes: [UInt8] = []

    init(slots: Int, of byteCount: Int) { bytes.reserveCapacity(slots * byteCount) }

    mutating func integer(_ value: some FixedWidthInteger) {
        let little = value.littleEndian
        unsafe withUnsafeBytes(of: little) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func time(_ value: Timestamp) { integer(value.milliseconds) }

    mutating func id(_ value: UniqueID) {
        integer(value.high)
        integer(value.low)
    }

    mutating func deadline(_ value: Deadline) {
        time(value.warnsAt)
        time(value.dueAt)
        flag(value.isProvisional)
    }
}

/// Takes the fields of slots in the order in which they were written.
struct SlotReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(RecordSnapshot.Unreadable) -> Value {
        let size = Value.bitWidth / 8
        guard bytes.count - offset >= size else {
            throw RecordSnapshot.Unreadable(reason: "a slot is cut off")
        }
        let value = unsafe bytes.span.bytes.unsafeLoadUnaligned(
            fromByteOffset: offset, as: Value.self)
        offset += size
        return Value(littleEndian: value)
    }

    mutating func flag() throws(RecordSnapshot.Unreadable) -> Bool {
        try integer(UInt8.self) != 0
    }

    mutating func time() throws(RecordSnapshot.Unreadable) -> Timestamp {
        Timestamp(milliseconds: try integer())
    }

    mutating func id() throws(RecordSnapshot.Unreadable) -> UniqueID {
        let high: UInt64 = try integer()
        return UniqueID(high: high, low: try integer())
    }

    mutating func deadline() throws(RecordSnapshot.Unreadable) -> Deadline {
        let warnsAt = try time()
        let dueAt = try time()
        return Deadline(warnsAt: warnsAt, dueAt: dueAt, isProvisional: try flag())
    }

    mutating func choice<Value: RawRepresentable<UInt8>>(
        _ type: Value.Type = Value.self
    ) throws(RecordSnapshot.Unreadable) -> Value {
        guard let value = Value(rawValue: try integer()) else {
            throw RecordSnapshot.Unreadable(reason: "a slot has an unknown \(type)")
        }
        return value
    }
}

extension CallSlot: SlotBytes {
    static let byteCount = CallSlot().encodedCount

    private var encodedCount: Int {
        var writer = SlotWriter(slots: 1, of: 160)
        write(to: &writer)
        return writer.bytes.count
    }

    func write(to writer: inout SlotWriter) {
        writer.integer(serial)
        writer.id(id)
        writer.id(contentDigest)
        writer.time(filedAt)
        writer.time(observedAt)
        writer.integer(textsSeq)
        writer.integer(textsOffset)
        writer.integer(textsLength)
        writer.integer(revision)
        writer.integer(catalogueVersion)
        writer.integer(firstAssignment)
        writer.integer(lastAssignment)
        writer.integer(latitude)
        writer.integer(longitude)
        writer.integer(category)
        writer.integer(grid)
        writer.integer(campaign)
        writer.integer(year)
        writer.integer(condition)
        writer.integer(urgency.rawValue)
        writer.integer(state.rawValue)
        writer.integer(stage)
        writer.integer(nextOrdinal)
        writer.integer(overdueParts)
        writer.flag(isRecordedEarlier)
        writer.flag(isClockSuspect)
        writer.flag(hasDetail)
        writer.flag(wasDispatched)
        writer.integer(returns)
        writer.flag(missedResolve)
        writer.integer(reporter)
    }

    init(from reader: inout SlotReader) throws(RecordSnapshot.Unreadable) {
        self.init()
        serial = try reader.integer()
        id = try reader.id()
        contentDigest = try reader.id()
        filedAt = try reader.time()
        observedAt = try reader.time()
        textsSeq = try reader.integer()
        textsOffset = try reader.integer()
        textsLength = try reader.integer()
        revision = try reader.integer()
        catalogueVersion = try reader.integer()
        firstAssignment = try reader.integer()
        lastAssignment = try reader.integer()
        latitude = try reader.integer()
        longitude = try reader.integer()
        category = try reader.integer()
        grid = try reader.integer()
        campaign = try reader.integer()
        year = try reader.integer()
        condition = try reader.integer()
        urgency = try reader.choice()
        state = try reader.choice()
        stage = try reader.integer()
        nextOrdinal = try reader.integer()
        overdueParts = try reader.integer()
        isRecordedEarlier = try reader.flag()
        isClockSuspect = try reader.flag()
        hasDetail = try reader.flag()
        wasDispatched = try reader.flag()
        returns = try reader.integer()
        missedResolve = try reader.flag()
        reporter = try reader.integer()
    }
}

extension AssignmentSlot: SlotBytes {
    static let byteCount = AssignmentSlot().encodedCount

    private var encodedCount: Int {
        var writer = SlotWriter(slots: 1, of: 160)
        write(to: &writer)
        return writer.bytes.count
    }

    func write(to writer: inout SlotWriter) {
        writer.integer(number.rawValue)
        writer.integer(call)
        writer.integer(next)
        writer.time(queuedAt)
        writer.time(waitingSince)
        writer.time(notBefore)
        writer.time(dispatchedAt)
        writer.deadline(step)
        writer.deadline(resolve)
        writer.integer(attempt)
        writer.integer(worker)
        writer.integer(department)
        writer.integer(failures)
        writer.integer(state.rawValue)
        writer.integer(stateBeforeReview.rawValue)
        writer.integer(role.rawValue)
        writer.integer(stage)
        writer.integer(flags.rawValue)
        writer.integer(lastRelease)
        writer.flag(wasReturned)
    }

    init(from reader: inout SlotReader) throws(RecordSnapshot.Unreadable) {
        self.init()
        number = AssignmentNumber(rawValue: try reader.integer())
        call = try reader.integer()
        next = try reader.integer()
        queuedAt = try reader.time()
        waitingSince = try reader.time()
        notBefore = try reader.time()
        dispatchedAt = try reader.time()
        step = try reader.deadline()
        resolve = try reader.deadline()
        attempt = try reader.integer()
        worker = try reader.integer()
        department = try reader.integer()
        failures = try reader.integer()
        state = try reader.choice()
        stateBeforeReview = try reader.choice()
        role = try reader.choice()
        stage = try reader.integer()
        flags = Flags(rawValue: try reader.integer())
        lastRelease = try reader.integer()
        wasReturned = try reader.flag()
    }
}
