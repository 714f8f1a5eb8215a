import GridCodec
import SwiftProtobuf

extension WireOutcomeItem {
    /// The department's part is done.
    static func completed(_ claim: WireClaim) -> WireOutcomeItem {
        .with {
            $0.claim = claim
            $0.result = .completed
        }
    }
}
