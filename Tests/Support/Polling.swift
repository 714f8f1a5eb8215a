/// Something a test needs did not happen.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    /// A failure that says what was expected.
    package init(_ description: String) { self.description = description }
}

/// Asks again and again until there is an answer; throws when the time is over.
///
/// `explain` is asked once, for the message of the failure.
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(30),
    every pause: Duration = .milliseconds(10), explain: () -> String = { "" },
    isolation: isolated (any Actor)? = #isolation, _ find: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        if let value = try await find() { return value }
        guard clock.now < deadline else {
            throw TestFailure("not within \(limit): \(what)\n\(explain())")
        }
        try await Task.sleep(for: pause)
    }
}
