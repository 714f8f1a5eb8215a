import Foundation

extension ChildProcess {
    /// The next line of its output as a value, once it has ended in order.
    func result<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try nextValue(type)
        guard wait() == 0 else { throw BenchFailure.processFailed(name) }
        return value
    }

    /// The next line of its output as a value.
    func nextValue<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let line = nextLine() else { throw BenchFailure.processFailed(name) }
        return try JSONDecoder().decode(type, from: Data(line.utf8))
    }
}

/// Prints a value as JSON for other programs, names in `snake_case`.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
