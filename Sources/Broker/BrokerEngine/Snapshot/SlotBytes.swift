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

/// Takes the fields of slots in the order in which they were written, from whole slots alone: a
/// field beyond the end is a mistake of the caller's.
struct SlotReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    /// Reads `bytes`, which stay where they are meanwhile.
    init(_ bytes: UnsafeRawBufferPointer) { unsafe self.bytes = bytes }

    @inline(__always)
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) -> Value {
        let size = MemoryLayout<Value>.size
        precondition(unsafe bytes.count - offset >= size, "a slot is whole")
        let value = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Value.self)
        offset += size
        return Value(littleEndian: value)
    }

    @inline(__always)
    mutating func flag() -> Bool { integer(UInt8.self) != 0 }

    @inline(__always)
    mutating func time() -> Timestamp { Timestamp(milliseconds: integer()) }

    @inline(__always)
    mutating func id() -> UniqueID {
        let high: UInt64 = integer()
        return UniqueID(high: high, low: integer())
    }

    @inline(__always)
    mutating func deadline() -> Deadline {
        let warnsAt = time()
        let dueAt = time()
        return Deadline(warnsAt: warnsAt, dueAt: dueAt, isProvisional: flag())
    }

    mutating func choice<Value: RawRepresentable<UInt8>>(
        _ type: Value.Type = Value.self
    ) throws(RecordSnapshot.Unreadable) -> Value {
        guard let value = Value(rawValue: integer()) else {
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
        serial = reader.integer()
        id = reader.id()
        contentDigest = reader.id()
        filedAt = reader.time()
        observedAt = reader.time()
        textsSeq = reader.integer()
        textsOffset = reader.integer()
        textsLength = reader.integer()
        revision = reader.integer()
        catalogueVersion = reader.integer()
        firstAssignment = reader.integer()
        lastAssignment = reader.integer()
        latitude = reader.integer()
        longitude = reader.integer()
        category = reader.integer()
        grid = reader.integer()
        campaign = reader.integer()
        year = reader.integer()
        condition = reader.integer()
        urgency = try reader.choice()
        state = try reader.choice()
        stage = reader.integer()
        nextOrdinal = reader.integer()
        overdueParts = reader.integer()
        isRecordedEarlier = reader.flag()
        isClockSuspect = reader.flag()
        hasDetail = reader.flag()
        wasDispatched = reader.flag()
        returns = reader.integer()
        missedResolve = reader.flag()
        reporter = reader.integer()
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
        number = AssignmentNumber(rawValue: reader.integer())
        call = reader.integer()
        next = reader.integer()
        queuedAt = reader.time()
        waitingSince = reader.time()
        notBefore = reader.time()
        dispatchedAt = reader.time()
        step = reader.deadline()
        resolve = reader.deadline()
        attempt = reader.integer()
        worker = reader.integer()
        department = reader.integer()
        failures = reader.integer()
        state = try reader.choice()
        stateBeforeReview = try reader.choice()
        role = try reader.choice()
        stage = reader.integer()
        flags = Flags(rawValue: reader.integer())
        lastRelease = reader.integer()
        wasReturned = reader.flag()
    }
}
