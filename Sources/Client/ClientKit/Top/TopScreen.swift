import Glibc
import GridCodec

/// Runs a `TopModel` on a terminal: keys and signals in, lines out.
struct TopScreen {
    /// How soon an answer is looked for: too short for an eye, too long for a processor.
    private static let glance: Int64 = 20
    /// After so much silence an escape byte was the key of that name, in milliseconds.
    private static let escapePatience: Int64 = 50

    private let device: TerminalDevice
    private var model: TopModel
    private var painter: ScreenPainter
    private var keys = KeyDecoder()

    /// A screen that is not on the terminal yet.
    init(_ device: TerminalDevice, _ model: TopModel, inColour: Bool) {
        self.device = device
        self.model = model
        painter = ScreenPainter(inColour: inColour)
    }

    /// Shows the model until somebody quits; the terminal is then as it was before.
    mutating func run(over link: any BrokerLink) {
        device.enter()
        defer { device.leave() }
        measure()
        while !model.isFinished {
            if let question = model.takeQuestion(now: link.now) { link.query(question) }
            draw(now: link.now)
            take(device.input(waitingAtMost: patience(now: link.now)))
            for event in link.events(waitingAtMost: 0) { model.apply(event, now: link.now) }
        }
    }

    private func patience(now: Int64) -> Int64 {
        let pause = model.expectsAnswer ? Self.glance : model.pause(now: now)
        return keys.isWaiting ? min(pause, Self.escapePatience) : pause
    }

    private mutating func draw(now: Int64) {
        if model.takeRepaint() { painter.invalidate() }
        device.write(painter.paint(model.screen(now: now)))
    }

    private mutating func measure() {
        let size = device.size
        model.resize(columns: size.columns, rows: size.rows)
    }

    private mutating func take(_ input: TerminalDevice.Input) {
        for signal in input.signals {
            switch signal {
            case SIGWINCH, SIGCONT: measure()
            case SIGTSTP:
                device.suspend()
                measure()
            // Ends as with the key: whoever sent it wants the terminal back.
            default: model.finish()
            }
        }
        if input.hasEnded { model.finish() }
        let pressed = input.bytes.isEmpty ? keys.flush() : keys.decode(input.bytes)
        for key in pressed where !model.isFinished { model.handle(key) }
    }
}
