/// How a command ended, in the numbers of BSD's sysexits.h.
package enum ExitStatus: Int32, Sendable {
    /// Everything asked for was done.
    case done = 0
    /// The broker refused, or the journal is not intact.
    case refused = 1
    /// The command line is wrong (EX_USAGE).
    case usage = 64
    /// The input holds mistakes (EX_DATAERR); what was good in it was done.
    case badData = 65
    /// The broker does not answer (EX_UNAVAILABLE).
    case unavailable = 69
    /// Something happened that the program does not know (EX_SOFTWARE).
    case internalError = 70
    /// A file cannot be read or written (EX_IOERR).
    case inputOutput = 74
    /// The same command may succeed later (EX_TEMPFAIL).
    case tryAgain = 75
    /// A configuration file is wrong (EX_CONFIG).
    case configuration = 78
}
