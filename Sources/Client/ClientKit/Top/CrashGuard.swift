import Glibc
import Synchronization

/// Gives a terminal back when the process crashes: a person must not be left with a screen that
/// echoes nothing.
///
/// The handlers do only what signal-safety(7) allows: tcsetattr(3), write(2), raise(3).
enum CrashGuard {
    private static let signals = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV]
    /// Where the settings lie; 0 while there is nothing to give back.
    private static let settings = Atomic<UInt>(0)
    /// Where the text lies that leaves the screen, with its length; made once, never freed.
    private static let text: (address: UInt, count: Int) = {
        let bytes = Array(TerminalDevice.leaving.utf8)
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        copy.initialize(from: bytes, count: bytes.count)
        return (UInt(bitPattern: copy), bytes.count)
    }()

    /// From now on a crash restores `original`.
    static func arm(_ original: termios) {
        let copy = UnsafeMutablePointer<termios>.allocate(capacity: 1)
        copy.initialize(to: original)
        // Made now, since a handler must not make it.
        _ = text
        release(settings.exchange(UInt(bitPattern: copy), ordering: .relaxed))
        for signal in signals { catchSignal(signal) }
    }

    /// The terminal has been given back.
    static func disarm() {
        for signal in signals { _ = Glibc.signal(signal, SIG_DFL) }
        release(settings.exchange(0, ordering: .relaxed))
    }

    private static func catchSignal(_ number: Int32) {
        var action = sigaction()
        // Once, and open to itself: raised in the handler it ends the process as without us.
        action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | Int32(SA_NODEFER)
        action.__sigaction_handler.sa_handler = { number in
            CrashGuard.restore()
            raise(number)
        }
        sigaction(number, &action, nil)
    }

    private static func restore() {
        guard
            let original = UnsafeMutablePointer<termios>(
                bitPattern: settings.load(ordering: .relaxed))
        else { return }
        _ = write(STDOUT_FILENO, UnsafeRawPointer(bitPattern: text.address), text.count)
        tcsetattr(STDIN_FILENO, TCSANOW, original)
    }

    private static func release(_ address: UInt) {
        guard let pointer = UnsafeMutablePointer<termios>(bitPattern: address) else { return }
        pointer.deallocate()
    }
}
