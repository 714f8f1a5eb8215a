import GridCodec
package import GridModel

/// Looks at everything a terminal needs and says what to do about what is wrong.
///
/// It changes nothing and files nothing.
package struct Doctor {
    private let settings: Result<Settings, ClientFailure>
    private let endpoint: String
    private let environment: [String: String]
    private let spool: Spool

    /// A doctor for a terminal that would speak with the broker at `endpoint` and has its spools in
    /// `spoolDirectory`, if that is not the usual place.
    package init(
        settings: Result<Settings, ClientFailure>, endpoint: String,
        environment: [String: String], spoolDirectory: String? = nil
    ) {
        self.settings = settings
        self.endpoint = endpoint
        self.environment = environment
        spool = Spool(ofBroker: endpoint, in: spoolDirectory, environment: environment)
    }

    /// What is found on this machine, without the broker.
    package var local: [Finding] { [configuration, locale] + inspection.findings }

    /// What is found about the broker over `link`; `now` is this machine's clock.
    package func remote(
        over link: any BrokerLink, timeout: Int64, now: () -> Timestamp
    ) -> [Finding] {
        let client = BrokerClient(link, endpoint: endpoint, timeout: timeout)
        let askedAt = link.now
        do throws(ClientFailure) {
            guard case .catalogue(let catalogue) = try client.query(.catalogue(.init())) else {
                throw .unexpectedAnswer
            }
            let broker = found(catalogue, client.welcome, milliseconds: link.now - askedAt)
            return [broker, clock(client.brokerTime, now()), zone(catalogue.zone)]
        } catch {
            return [Self.failure("broker", error)]
        }
    }

    /// The finding that something could not be done.
    package static func failure(_ check: String, _ failure: ClientFailure) -> Finding {
        let message = failure.message
        return Finding(.fail, check, message, status: failure.exitStatus)
    }

    /// How a process ends that found this: the first failure counts.
    package static func status(of findings: [Finding]) -> ExitStatus {
        findings.first { $0.level == .fail }?.status ?? .done
    }

    private var configuration: Finding {
        switch settings {
        case .failure(let failure): return Self.failure("configuration", failure)
        case .success(let settings):
            guard let path = settings.path else {
                let path = Settings.paths(environment: environment).first ?? ""
                return Finding(
                    .ok, "configuration",
                    Phrase(
                        chinese: "没有配置文件（\(path)），使用默认值",
                        english: "no file (\(path)); the defaults hold"))
            }
            return Finding(.ok, "configuration", Phrase(verbatim: path))
        }
    }

    /// Whether the terminal can show Chinese: POSIX's order of variables for characters.
    private var locale: Finding {
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
            .compactMap { environment[$0] }.first { !$0.isEmpty }
        let folded = (name ?? "").lowercased().replacing("-", with: "")
        guard folded.hasSuffix("utf8") else {
            return Finding(
                .warn, "locale",
                Phrase(
                    chinese: "\(name ?? "LANG 未设置")：不是 UTF-8",
                    english: "\(name ?? "LANG is not set"): not UTF-8"),
                advice: Phrase(
                    chinese: "export LANG=zh_CN.UTF-8，否则中文可能显示为乱码",
                    english: "export LANG=C.UTF-8, or Chinese may be shown as rubbish"))
        }
        return Finding(.ok, "locale", Phrase(verbatim: name ?? ""))
    }

    private var inspection: StateInspection {
        StateInspection(
            directory: TerminalState.directory(environment: environment), spool: spool)
    }

    private func found(
        _ catalogue: WireCatalogueReply, _ welcome: WireWelcome?, milliseconds: Int64
    ) -> Finding {
        func street(_ language: Language) -> String {
            language.name(
                chinese: welcome?.streetName ?? "", english: welcome?.streetNameEnglish ?? "",
                id: catalogue.street
            ).escapedForTerminal
        }
        let version = welcome?.version ?? 0
        return Finding(
            .ok, "broker",
            Phrase(
                chinese: "\(endpoint) \(street(.chinese))，协议版本 \(version)，本程序 \(Terminal.version)，"
                    + "\(milliseconds) 毫秒",
                english: "\(endpoint) \(street(.english)), protocol version \(version), "
                    + "this program \(Terminal.version), \(milliseconds) ms"))
    }

    private func clock(_ broker: Int64?, _ now: Timestamp) -> Finding {
        let seconds = broker.map { (now.milliseconds - $0) / 1_000 } ?? 0
        let isFar = abs(seconds) >= 30
        return Finding(
            isFar ? .warn : .ok, "clock",
            Phrase(chinese: "与服务端相差 \(seconds) 秒", english: "\(seconds) s from the broker's"),
            advice: isFar
                ? Phrase(
                    chinese: "请校准本机时钟（timedatectl）；时限按服务端的时钟计算，不受影响",
                    english: "set this machine's clock (timedatectl); limits run by the broker's "
                        + "and do not suffer") : nil)
    }

    private func zone(_ name: String) -> Finding {
        let shown = name.escapedForTerminal
        if LocalZone(name: name) != nil { return Finding(.ok, "zone", Phrase(verbatim: shown)) }
        return Finding(
            .warn, "zone",
            Phrase(
                chinese: "本机不认识 \(shown)，时间以 UTC 显示",
                english: "\(shown) is not known here; times are shown in UTC"),
            advice: Phrase(chinese: "安装 tzdata", english: "install tzdata"))
    }
}
