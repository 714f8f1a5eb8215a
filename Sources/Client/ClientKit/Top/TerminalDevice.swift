import Glibc

/// The terminal a full-screen command runs on: raw keys, the alternate screen, its size.
///
/// While `enter` holds, keys come one by one and without echo, and what was on the screen before
/// is kept by the terminal. `leave` brings it back; so does a crash, see `CrashGuard`. For one
/// thread.
final class TerminalDevice {
    /// What came in while waiting.
    struct Input {
        var bytes: [UInt8] = []
        var signals: [Int32] = []
        /// The terminal is gone.
        var hasEnded = false
    }

    /// Alternate screen, no cursor, no automatic wrap at the right edge (xterm's ctlseqs).
    private static let entering = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l"
    /// The opposite, without colours first.
    static let leaving = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    private let original: termios
    private let signals: TerminalSignals
    private let environment: [String: String]
    private var isEntered = false

    /// The process's own terminal; `nil` if input or output is none, or it cannot move its cursor.
    ///
    /// Errors: too many open files.
    init?(environment: [String: String]) throws(ClientFailure) {
        var settings = termios()
        guard isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0,
            let name = environment["TERM"], !name.isEmpty, name != "dumb"
        else { return nil }
        original = settings
        self.environment = environment
        signals = try TerminalSignals([
            SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT,
        ])
    }

    deinit { leave() }

    /// Takes the screen over.
    func enter() {
        guard !isEntered else { return }
        isEntered = true
        CrashGuard.arm(original)
        var raw = original
        // Ctrl-C and Ctrl-Z still send their signals; Ctrl-S does not freeze the screen.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | ISTRIP)
        withUnsafeMutableBytes(of: &raw.c_cc) { characters in
            characters[Int(VMIN)] = 1
            characters[Int(VTIME)] = 0
        }
        tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        write(Self.entering)
    }

    /// Gives the screen back as it was; keys that were not read are dropped.
    func leave() {
        guard isEntered else { return }
        isEntered = false
        write(Self.leaving)
        var settings = original
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
        CrashGuard.disarm()
    }

    /// Stops the process as Ctrl-Z does everywhere, and takes the screen over again when it goes
    /// on.
    func suspend() {
        leave()
        _ = Glibc.signal(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        signals.catchSignal(SIGTSTP)
        enter()
    }

    /// The size now: the terminal's, or `COLUMNS` and `LINES` if it does not know, or 80 by 24.
    var size: (columns: Int, rows: Int) {
        var window = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
            window.ws_row > 0
        {
            return (Int(window.ws_col), Int(window.ws_row))
        }
        func number(_ name: String) -> Int? {
            environment[name].flatMap { Int($0) }.flatMap { (1...10_000).contains($0) ? $0 : nil }
        }
        return (number("COLUMNS") ?? 80, number("LINES") ?? 24)
    }

    /// Sends all of it to the terminal.
    func write(_ text: String) {
        guard !text.isEmpty else { return }
        // A terminal that is gone is noticed when keys are read.
        _ = StandardConsole.write(text, to: STDOUT_FILENO)
    }

    /// Waits for keys and signals, at most so many milliseconds.
    func input(waitingAtMost milliseconds: Int64) -> Input {
        var input = Input()
        var waits = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&waits, 2, Int32(clamping: milliseconds))
        // Signals first: after one that ends everything, keys no longer count.
        input.signals = signals.take()
        guard ready > 0, waits[0].revents != 0 else { return input }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count > 0 {
            input.bytes = Array(bytes[..<count])
        } else {
            input.hasEnded = count == 0 || (errno != EINTR && errno != EAGAIN)
        }
        return input
    }
}
