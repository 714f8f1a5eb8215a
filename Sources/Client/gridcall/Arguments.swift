import ArgumentParser
import ClientKit
import GridCodec
import GridModel

/// A time on the command line.
struct ObservedTime: ExpressibleByArgument {
    let value: Timestamp

    init?(argument: String) {
        guard let time = RFC3339.time(argument) else { return nil }
        value = time
    }
}

/// A call's id on the command line.
struct CallIDArgument: ExpressibleByArgument {
    let value: CallID

    init?(argument: String) {
        guard let id = CallID(text: argument) else { return nil }
        value = id
    }
}

/// How soon a call must be acted on.
enum UrgencyArgument: String, ExpressibleByArgument, CaseIterable {
    case emergency
    case urgent
    case ordinary

    var wire: WireCallUrgency {
        switch self {
        case .emergency: .emergency
        case .urgent: .urgent
        case .ordinary: .ordinary
        }
    }
}

extension OutputFormat: ExpressibleByArgument {}

extension Language: ExpressibleByArgument {}

extension CallReference {
    /// A call on the command line.
    static func argument(_ text: String) throws -> CallReference {
        do throws(ParseError) {
            return try CallReference(parsing: text)
        } catch {
            throw ValidationError(Language.chosen(error.reason))
        }
    }
}

extension ColourChoice: ExpressibleByArgument {}
