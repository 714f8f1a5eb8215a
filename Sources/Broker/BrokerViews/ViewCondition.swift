/// Who waits for the views or for their index.
enum ViewCondition: Int, CaseIterable {
    /// The thread that follows.
    case tail
    /// Those who answer queries.
    case readers
}
