import GridModel

extension TopModel {
    /// What the keys do and what the figures mean.
    var helpLines: [StyledLine] {
        language(Self.help).split(separator: "\n", omittingEmptySubsequences: false).map {
            StyledLine([Span(String($0))])
        }
    }

    private static let help = Phrase(
        chinese: """
            q, Ctrl-C         退出
            Tab               切换部门表与专项行动表；按键作用于标题反白的表
            v                 两表同屏或单表
            < > 或 ← →        换排序列，最左为目录顺序；标题前的 * 表示排序列
            r                 反序
            ↑ ↓ PgUp PgDn     滚动；Home End 到首尾
            /                 按名称或标识筛选；Esc 清除
            p 或空格          暂停或继续
            + -               加长或缩短间隔
            Ctrl-L            重画

            流入/分、处置/分  部门收到、处置的任务；专项行动发现、结案的呼叫
                              = 最近 60 秒首末读数之差 ÷ 相隔分钟数
            最久              待派遣任务中等待最久的
            超期、滞留        超过处置时限的任务；多次派遣无果、待人工处理的任务
            派遣p50 p90 p99   从入队到派出，服务端启动以来
            进度              # 已结案，= 已发现未结案，. 距目标
            """,
        english: """
            q, Ctrl-C         quit
            Tab               the other table; keys act on the one with bright titles
            v                 both tables or one
            < > or ← →        sort by another column (*); the first is catalogue order
            r                 reverse the order
            ↑ ↓ PgUp PgDn     scroll; Home End to the ends
            /                 filter by name or id; Esc clears it
            p or space        pause, go on
            + -               longer, shorter interval
            Ctrl-L            draw anew

            in/min, out/min   parts received, completed; of campaigns: calls found, closed
                              = last - first reading of the last 60 s / minutes between them
            oldest            the part that has waited longest in the queue
            overdue, stuck    parts past their time limit; parts nobody could do
            latency p50 ...   dispatch: from the queue to a worker, since the broker started
            progress          # closed, = found and still open, . missing to the target
            """)
}
