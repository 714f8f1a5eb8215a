import BrokerEngine
import GridModel

extension FactJSON {
    /// An erasure: who asked for it, and which texts are gone.
    func erased(_ erased: PersonalDataErased, _ step: inout JSONLine) {
        call("personalDataErased", erased.serial, &step) {
            $0.text("requestedBy", names.actor(erased.requestedBy))
            $0.array("texts") { texts in
                for text in erased.texts {
                    texts.object {
                        $0.number("batch", text.seq)
                        $0.number("offset", text.place.offset)
                        $0.number("length", text.place.length)
                        $0.hexadecimal("sha256", text.place.digest.bytes)
                    }
                }
            }
        }
        person(erased.actor, erased.reason, &step)
    }
}
