import Foundation
import GridCodec
import GridModel

extension FuzzTarget {
    /// A whole frame, its header included.
    static let frame = FuzzTarget(
        "frame", maximumBytes: 1_024, dictionary: "wire",
        seeds: { WireSamples.all.map { [UInt8](Frame.encode($0)) } },
        check: { bytes in
            try FrameRules.check(bytes)
            var street = FuzzedStreet()
            try street.hear(bytes)
            try street.settle()
            try FuzzedPeer.hear([bytes])
        })

    /// The body of each kind behind a sound header.
    static let kinds: [FuzzTarget] = MessageKind.spoken.map { kind in
        FuzzTarget(
            "kind-\(kind)", maximumBytes: 1_024, dictionary: "wire",
            seeds: { WireSamples.of(kind).map { Array(Frame.encode($0).dropFirst(4)) } },
            check: { body in
                let frame = [0x47, 0x43, Frame.version, kind.rawValue] + body
                try frame.withUnsafeBytes { bytes in
                    guard try FrameRules.check(bytes) else { return }
                    if kind.isForBrokers {
                        var street = FuzzedStreet()
                        try street.hear(bytes)
                        try street.settle()
                    }
                    if kind.isForPeers { try FuzzedPeer.hear([bytes]) }
                }
            })
    }

    /// Several frames, one after the other, to a broker and to a peer: each has two bytes of length
    /// before it and one that says who sends it.
    static let conversation = FuzzTarget(
        "conversation", maximumBytes: 2_048, dictionary: "wire",
        seeds: { WireSamples.conversations },
        check: { bytes in
            let frames = Conversation.frames(in: bytes)
            var street = FuzzedStreet()
            for (sender, frame) in frames { try street.hear(frame, from: sender) }
            try street.settle()
            try FuzzedPeer.hear(frames.map(\.frame))
        })
}

/// Takes frames apart that lie one behind the other.
enum Conversation {
    static func frames(
        in bytes: UnsafeRawBufferPointer
    ) -> [(sender: UInt8, frame: UnsafeRawBufferPointer)] {
        var frames: [(sender: UInt8, frame: UnsafeRawBufferPointer)] = []
        var rest = bytes[...]
        while rest.count > 3, frames.count < 32 {
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            let sender = rest[rest.startIndex + 2]
            let frame = rest.dropFirst(3).prefix(length)
            frames.append((sender, UnsafeRawBufferPointer(rebasing: frame)))
            rest = rest.dropFirst(3 + length)
        }
        return frames
    }

    static func bytes(of frames: [(sender: UInt8, message: WireMessage)]) -> [UInt8] {
        frames.flatMap { sender, message in
            let frame = [UInt8](Frame.encode(message))
            return [UInt8(frame.count >> 8), UInt8(frame.count & 0xFF), sender] + frame
        }
    }
}

extension MessageKind {
    /// The kinds that this version speaks.
    static let spoken = allCases.filter {
        switch $0 {
        case .watch, .event, .put, .get, .chunk: false
        default: true
        }
    }

    var isForBrokers: Bool {
        switch self {
        case .hello, .heartbeat, .goodbye, .submit, .progress, .outcome, .command, .query: true
        default: false
        }
    }

    var isForPeers: Bool { !isForBrokers || self == .heartbeat || self == .goodbye }
}
