/// The story of `StoryTests`, exactly as people read it.
enum WholeLifeStory {
    static let chinese = """
        案卷         GL-2026-000123-7  结案
        标识         00000000-0000-0001-0000-000000000002
        类别         raze
        紧急程度     紧急
        网格         g1
        立案         2026-03-02 09:00:00
        结案         2026-03-09 19:32:00
        疑似重复     GL-2026-000101-9
        描述         楼顶加建彩钢房
        修订         41

        部分  部门      角色  状态    阶段  次数  排队  派遣  签收  到场  处置  时限  工作端  原因
        1     城市管理  主办  撤回    1     0
        2     市场监管  主办  已处置  1     0

        时间                 部分        步骤           办理者      详情
        2026-03-02 09:00:00              立案           terminal-7
        2026-03-02 09:00:00              疑似重复       terminal-7  报告人认为与 GL-2026-000101-9 相同
        2026-03-02 09:00:00  1 城市管理  待派遣                     主办，处置时限 2026-03-04 09:00:00
        2026-03-02 09:02:00  1 城市管理  派遣           urban/w-1   签收时限 2026-03-02 09:32:00
        2026-03-02 09:02:00  1 城市管理  送达
        2026-03-02 09:07:00  1 城市管理  退回           urban/w-1   不属于本部门
        2026-03-02 09:10:00  1 城市管理  改派           operator-1  改派至 市场监管（第 2 部分）：经营场所，归市场监管
        2026-03-02 09:10:00  2 市场监管  待派遣                     主办，处置时限 2026-03-04 09:10:00
        2026-03-02 09:11:00  2 市场监管  派遣           market/w-2  签收时限 2026-03-02 09:41:00
        2026-03-02 09:41:00  2 市场监管  收回                       处置端失联，已失败 1 次，2026-03-02 \
        09:42:00 后再派
        2026-03-02 09:42:00  2 市场监管  派遣           market/w-3  第 2 次派遣，签收时限 2026-03-02 10:12:00
        2026-03-02 09:45:00  2 市场监管  签收           market/w-3  到场时限 2026-03-02 11:15:00
        2026-03-02 10:33:00  2 市场监管  时限预警                   到场即将到期，黄灯
        2026-03-02 10:45:00  2 市场监管  超期                       到场已超期，红灯
        2026-03-02 10:45:00  2 市场监管  督办                       超期，按规则由司法所督办，回复时限 2026-03-02 \
        13:15:00
        2026-03-02 10:55:00  2 市场监管  到场           market/w-3
        2026-03-02 11:00:00  2 市场监管  督办回复       officer-li  堵车，已到场
        2026-03-02 11:30:00  2 市场监管  申请延期       officer-li  须请第三方检测
        2026-03-02 11:50:00  2 市场监管  延期审批       operator-1  同意，延至 2026-03-06 09:10:00：同意一次
        2026-03-02 12:00:00  2 市场监管  申请延期       officer-li  再延一次
        2026-03-02 12:10:00  2 市场监管  延期审批       operator-1  不同意：理由不足
        2026-03-02 12:30:00  2 市场监管  挂账           officer-li  至 2026-03-09 09:00:00，计时剩余 46 \
        小时：等检测报告
        2026-03-09 09:00:00  2 市场监管  恢复计时                   到期自动恢复，处置时限 2026-03-11 09:00:00
        2026-03-09 09:05:00  2 市场监管  督办           judge-wang  回复时限 2026-03-09 13:00:00：限今日拿出处理意见
        2026-03-09 09:25:00  2 市场监管  督办回复       officer-li  已拟定措施
        2026-03-09 09:30:00  2 市场监管  拟定措施       officer-li  重大决定，须经法制审核，审核时限 2026-03-10 \
        09:00:00：罚款: 80000；情节严重
        2026-03-09 10:30:00  2 市场监管  法制审核       judge-wang  退回修改：裁量过重，依据写明条款
        2026-03-09 11:00:00  2 市场监管  拟定措施       officer-li  重大决定，须经法制审核，审核时限 2026-03-10 \
        10:00:00：罚款: 50000；依据: 第六十四条
        2026-03-09 11:30:00  2 市场监管  法制审核       judge-wang  同意
        2026-03-09 12:30:00  2 市场监管  已处置         officer-li  罚款: 50000；依据: 第六十四条；已拆除
        2026-03-09 12:30:00              开始核查                   核查时限 2026-03-10 17:00:00
        2026-03-09 16:30:00              核查结果       terminal-7  未通过，由市场监管返工：仍有支架未拆
        2026-03-09 16:30:00  2 市场监管  返工                       处置时限 2026-03-09 19:00:00
        2026-03-09 16:31:00  2 市场监管  派遣           market/w-3  第 3 次派遣
        2026-03-09 16:32:00  2 市场监管  签收           market/w-3
        2026-03-09 18:32:00  2 市场监管  已处置         market/w-3  支架已拆
        2026-03-09 18:32:00              开始核查                   核查时限 2026-03-11 17:00:00
        2026-03-09 19:32:00              核查结果       terminal-7  通过
        2026-03-09 19:32:00              tomorrowsStep              who=knows：from a later broker
        2026-03-09 19:32:00              结案

        部分        时钟  状态    灯    时限                 余超
        1 城市管理  派遣  已完成  绿灯  2026-03-02 09:10:00  提前 8 分钟
        2 市场监管  到场  已完成  红灯  2026-03-02 11:15:00  超时 10 分钟
        2 市场监管  处置  已完成  黄灯  2026-03-09 19:00:00  提前 28 分钟
                    核查  已完成  绿灯  2026-03-11 17:00:00  提前 46 小时

        """

    static let english = """
        case         GL-2026-000123-7  closed
        id           00000000-0000-0001-0000-000000000002
        category     raze
        urgency      urgent
        grid         g1
        filed        2026-03-02 09:00:00
        closed       2026-03-09 19:32:00
        same as      GL-2026-000101-9
        description  楼顶加建彩钢房
        revision     41

        part  department          role  state      stage  attempts  queued  dispatched  \
        accepted  arrived  completed  due  worker  reason
        1     Urban management    lead  withdrawn  1      0
        2     Market supervision  lead  completed  1      0

        time                 part                  step                 actor       detail
        2026-03-02 09:00:00                        filed                terminal-7
        2026-03-02 09:00:00                        duplicate suggested  terminal-7  the \
        reporter takes it for GL-2026-000101-9
        2026-03-02 09:00:00  1 Urban management    queued                           lead, \
        disposal due 2026-03-04 09:00:00
        2026-03-02 09:02:00  1 Urban management    dispatched           urban/w-1   acceptance \
        due 2026-03-02 09:32:00
        2026-03-02 09:02:00  1 Urban management    delivered
        2026-03-02 09:07:00  1 Urban management    returned             urban/w-1   不属于本部门
        2026-03-02 09:10:00  1 Urban management    re-dispatched        operator-1  to Market \
        supervision (part 2): 经营场所，归市场监管
        2026-03-02 09:10:00  2 Market supervision  queued                           lead, \
        disposal due 2026-03-04 09:10:00
        2026-03-02 09:11:00  2 Market supervision  dispatched           market/w-2  acceptance \
        due 2026-03-02 09:41:00
        2026-03-02 09:41:00  2 Market supervision  taken back                       the worker \
        fell silent, failures so far: 1, not again before 2026-03-02 09:42:00
        2026-03-02 09:42:00  2 Market supervision  dispatched           market/w-3  attempt 2, \
        acceptance due 2026-03-02 10:12:00
        2026-03-02 09:45:00  2 Market supervision  accepted             market/w-3  arrival \
        due 2026-03-02 11:15:00
        2026-03-02 10:33:00  2 Market supervision  deadline near                    arrival \
        due soon, yellow
        2026-03-02 10:45:00  2 Market supervision  deadline missed                  arrival \
        overdue, red
        2026-03-02 10:45:00  2 Market supervision  supervision                      overdue, \
        by rule supervised by Judicial office, reply due 2026-03-02 13:15:00
        2026-03-02 10:55:00  2 Market supervision  arrived              market/w-3
        2026-03-02 11:00:00  2 Market supervision  supervision reply    officer-li  堵车，已到场
        2026-03-02 11:30:00  2 Market supervision  extension asked for  officer-li  须请第三方检测
        2026-03-02 11:50:00  2 Market supervision  extension decided    operator-1  granted, \
        until 2026-03-06 09:10:00: 同意一次
        2026-03-02 12:00:00  2 Market supervision  extension asked for  officer-li  再延一次
        2026-03-02 12:10:00  2 Market supervision  extension decided    operator-1  refused: 理由不足
        2026-03-02 12:30:00  2 Market supervision  suspended            officer-li  until \
        2026-03-09 09:00:00, with 46 h left: 等检测报告
        2026-03-09 09:00:00  2 Market supervision  resumed                          by itself, \
        its time had come, disposal due 2026-03-11 09:00:00
        2026-03-09 09:05:00  2 Market supervision  supervision          judge-wang  reply due \
        2026-03-09 13:00:00: 限今日拿出处理意见
        2026-03-09 09:25:00  2 Market supervision  supervision reply    officer-li  已拟定措施
        2026-03-09 09:30:00  2 Market supervision  measures proposed    officer-li  major \
        decision, needs legal review, review due 2026-03-10 09:00:00: 罚款: 80000; 情节严重
        2026-03-09 10:30:00  2 Market supervision  legal review         judge-wang  to be \
        corrected: 裁量过重，依据写明条款
        2026-03-09 11:00:00  2 Market supervision  measures proposed    officer-li  major \
        decision, needs legal review, review due 2026-03-10 10:00:00: 罚款: 50000; 依据: 第六十四条
        2026-03-09 11:30:00  2 Market supervision  legal review         judge-wang  approved
        2026-03-09 12:30:00  2 Market supervision  completed            officer-li  罚款: 50000; \
        依据: 第六十四条; 已拆除
        2026-03-09 12:30:00                        check opened                     to be \
        checked by 2026-03-10 17:00:00
        2026-03-09 16:30:00                        checked              terminal-7  not \
        passed, rework by Market supervision: 仍有支架未拆
        2026-03-09 16:30:00  2 Market supervision  rework                           disposal \
        due 2026-03-09 19:00:00
        2026-03-09 16:31:00  2 Market supervision  dispatched           market/w-3  attempt 3
        2026-03-09 16:32:00  2 Market supervision  accepted             market/w-3
        2026-03-09 18:32:00  2 Market supervision  completed            market/w-3  支架已拆
        2026-03-09 18:32:00                        check opened                     to be \
        checked by 2026-03-11 17:00:00
        2026-03-09 19:32:00                        checked              terminal-7  passed
        2026-03-09 19:32:00                        tomorrowsStep                    who=knows: \
        from a later broker
        2026-03-09 19:32:00                        closed

        part                  clock     state  light   due                  margin
        1 Urban management    dispatch  done   green   2026-03-02 09:10:00  8 min early
        2 Market supervision  arrival   done   red     2026-03-02 11:15:00  10 min late
        2 Market supervision  disposal  done   yellow  2026-03-09 19:00:00  28 min early
                              check     done   green   2026-03-11 17:00:00  46 h early

        """
}
