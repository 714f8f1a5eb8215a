package import GridModel

/// The items of a message whose body is nothing but `repeated items = 1`, each as its bytes.
///
/// Reading them one by one keeps one broken item from taking the whole list with it, as it would
/// in a Protobuf decoder: what one person typed must not lose other people's calls. Valid only
/// while the frame's bytes are.
package struct ItemList {
    /// How many items the list has.
    package let count: Int
    private let body: UnsafeRawBufferPointer

    /// The list in a frame's body. Throws `malformedFrame` if the body is not such a list.
    package init(body: UnsafeRawBufferPointer) throws(Refusal) {
        var count = 0
        var reader = FieldReader(body)
        do {
            while let field = try reader.next() {
                if field.number == 1, case .bytes = field.value { count += 1 }
            }
        } catch {
            throw Refusal(.malformedFrame, reason: "the body is not a list of Protobuf messages")
        }
        self.count = count
        self.body = body
    }

    /// Gives each item in order.
    package func forEach(_ give: (UnsafeRawBufferPointer) -> Void) {
        var reader = FieldReader(body)
        while let field = try? reader.next() {
            if field.number == 1, case .bytes(let item) = field.value { give(item) }
        }
    }
}
