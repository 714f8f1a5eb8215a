import GridCodec
import GridModel

extension TopModel {
    /// Where the figures are from, how old they are, and the street as a whole; then a space.
    func header(now: Int64) -> [StyledLine] {
        let pieces = [stateLine(now: now), brokerLine, callsLine]
        return pieces.map { StyledLine(fitting: $0, width: columns) } + [StyledLine()]
    }

    private func stateLine(now: Int64) -> [Span] {
        var pieces = [Span("gridcall top", .strong), state(now: now)]
        if isPaused { pieces.append(Span(language(chinese: "已暂停", english: "PAUSED"), .warning)) }
        if let silence = silence(now: now) { pieces.append(silence) }
        if let refusal { pieces.append(Span(language(refusal), .bad)) }
        if !filter.isEmpty, mode == .tables {
            let text = filter.escapedForTerminal
            pieces.append(
                Span(language(chinese: "筛选：\(text)", english: "filter: \(text)"), .warning))
        }
        pieces.append(Span(street))
        if let at = figures?.stats.at {
            pieces.append(Span(Presentation(zone: zone, language: language).text(at)))
        }
        let seconds = Self.seconds(interval)
        pieces.append(
            Span(language(chinese: "每 \(seconds) 秒", english: "every \(seconds) s"), .faint))
        return pieces
    }

    private func state(now: Int64) -> Span {
        switch connection {
        case .connecting(let since):
            let seconds = (now - since) / 1_000
            return Span(
                language(chinese: "正在连接 \(seconds) 秒", english: "connecting for \(seconds) s"),
                .warning)
        case .connected:
            return Span(language(chinese: "已连接", english: "connected"), .good)
        case .lost(let since):
            let seconds = (now - since) / 1_000
            return Span(
                language(
                    chinese: "连接已断开 \(seconds) 秒，正在重新连接",
                    english: "connection lost \(seconds) s ago, trying again"), .alarm)
        case .refused(let reason):
            return Span(
                language(chinese: "服务端拒绝：", english: "refused: ") + language(reason), .alarm)
        }
    }

    /// Said when the broker is there but takes long.
    private func silence(now: Int64) -> Span? {
        guard case .connected(let since) = connection, !isPaused else { return nil }
        let seconds = (now - max(since, figures?.at ?? since)) / 1_000
        guard seconds > max(5, 3 * interval / 1_000) else { return nil }
        return Span(
            language(
                chinese: "\(seconds) 秒没有新数据", english: "no figures for \(seconds) s"), .bad)
    }

    private var brokerLine: [Span] {
        let stats = figures?.stats ?? WireStatsView()
        var pieces = [
            Span(language(chinese: "服务端 ", english: "broker ") + endpoint.escapedForTerminal)
        ]
        func add(_ chinese: String, _ english: String, _ count: UInt64, isBad: Bool = false) {
            pieces.append(
                Span(
                    "\(language(chinese: chinese, english: english)) \(count)",
                    isBad && count > 0 ? .warning : .plain))
        }
        if reconnects > 0 { add("重连", "reconnects", UInt64(reconnects), isBad: true) }
        guard figures != nil else { return pieces }
        if stats.clockUnconfirmed {
            pieces.append(
                Span(
                    language(
                        chinese: "时钟跳变，待确认", english: "clock jumped, not confirmed"),
                    .bad))
        }
        add("会话", "sessions", stats.sessions)
        add("批次", "batches", stats.journalBatches)
        add("视图滞后", "views behind", stats.viewsLagBatches)
        add("拒收", "refused", stats.itemsRefused.saturatingAdd(stats.framesRefused))
        add("重复", "repeated", stats.submitsRepeated)
        add("失效结果", "lost outcomes", stats.outcomesLost, isBad: true)
        return pieces
    }

    private var callsLine: [Span] {
        guard let stats = figures?.stats else { return [] }
        let filed = Words.rate(rates[.filed])
        let closed = Words.rate(rates[.closed])
        let texts = [
            language(
                chinese: "呼叫 立案 \(stats.callsFiled) (\(filed)/分)",
                english: "calls filed \(stats.callsFiled) (\(filed)/min)"),
            language(
                chinese: "结案 \(stats.callsClosed) (\(closed)/分)",
                english: "closed \(stats.callsClosed) (\(closed)/min)"),
            language(chinese: "未结 \(stats.callsOpen)", english: "open \(stats.callsOpen)"),
            language(chinese: "作废 \(stats.callsVoided)", english: "voided \(stats.callsVoided)"),
        ]
        return texts.map { Span($0) }
    }

    /// The line at the bottom: what the keys do, or the filter while it is typed.
    var footer: StyledLine {
        switch mode {
        case .filter:
            let text = language(chinese: "筛选：", english: "filter: ")
            let keys = language(
                chinese: "回车 保留  Esc 取消", english: "Enter keeps  Esc takes back")
            return StyledLine(
                fitting: [
                    Span(text + filter.escapedForTerminal + "_", .strong), Span(keys, .faint),
                ], width: columns)
        case .help:
            let text = language(chinese: "任意键返回", english: "any key goes back")
            return StyledLine(fitting: [Span(text, .faint)], width: columns)
        case .tables:
            let keys = language(
                chinese: "q 退出|? 帮助|Tab 换表|v 单表|< > 排序|r 反序|/ 筛选|p 暂停|+ - 间隔",
                english: "q quit|? help|Tab table|v one|< > sort|r reverse|/ filter|p pause"
                    + "|+ - interval")
            return StyledLine(
                fitting: keys.split(separator: "|").map { Span(String($0), .faint) },
                width: columns)
        }
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        milliseconds % 1_000 == 0
            ? "\(milliseconds / 1_000)" : "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100)"
    }
}
