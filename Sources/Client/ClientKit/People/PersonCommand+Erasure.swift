import GridCodec
import GridModel

/// What two operators do together: erase what people wrote about a call.
extension PersonCommand {
    /// Asks for it, with the reason; nothing is gone yet.
    package static func requestErasure(_ call: CallReference) -> PersonCommand {
        PersonCommand(
            .requestErasure(WireRequestErasure()), on: .call(call),
            done: Phrase(
                chinese: "已申请删除文字；须由另一名值班员用 erase --confirm 确认",
                english: "erasure asked for; another operator has to confirm it: erase --confirm"))
    }

    /// Confirms what another operator asked for; the texts are gone for good.
    package static func confirmErasure(_ call: CallReference) -> PersonCommand {
        PersonCommand(
            .confirmErasure(WireConfirmErasure()), on: .call(call),
            done: Phrase(
                chinese: "文字已从服务端删除；备份在轮换之前仍保留",
                english: "the texts are erased; backups keep them until they are rotated"))
    }
}
