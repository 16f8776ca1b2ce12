"""What the overview and the model page say."""

from typing import Final

from stewardship.phrases import Phrases

OVERVIEW: Final[Phrases] = {
    "overview": ("概览", "Overview"),
    "open_questions": ("待答问题", "Open questions"),
    "decided_a_day": ("近 24 小时已答", "Answered in 24 hours"),
    "second_agrees": ("第二人同意", "Second stewards agree"),
    "pins_due": ("待复查的更正", "Set values to look at again"),
    "pins_aside": ("未能采用的更正", "Set values that could not be used"),
    "pins_aside_says": (
        "填写的内容不合该项要求（例如日期不存在），数据更新时没有采用；请打开客户页重新更正，或取消更正。",
        "Their fields cannot hold them (a date that is none, say), and no run uses them: set them anew on the "
        "customer's page, or let the rules decide again.",
    ),
    "queue_age": ("待审问题与时长", "Questions and their age"),
    "queue_age_says": (
        "{count} 个问题待答，按等待天数分组。",
        "{count:question waits|questions wait}, by the days since they were first asked.",
    ),
    "age_days": ("{low}–{high} 天", "{low}–{high} days"),
    "age_more": ("{low} 天以上", "over {low} days"),
    "by_hour": ("每小时回答数", "Answers an hour"),
    "by_hour_says": (
        "近 24 小时 {stewards} 人共回答 {count} 题（无回答的时段不列）。",
        "{count:answer|answers} of {stewards:steward|stewards} in 24 hours (Beijing time; hours without are left out).",
    ),
    "share_today": ("今日", "Today"),
    "share_week": ("近 7 天", "7 days"),
    "share_undone": ("已撤销", "Taken back"),
    "share_refused": ("复核未过", "Refused"),
    "share_seconds": ("每题秒数", "Seconds each"),
    "share_assigned": ("待办指派", "Assigned"),
    "shares_say": (
        "近 7 天；每题秒数为逐题作答时相邻两题间隔的中位数（停顿十分钟以上不计）。个人数字只有本人和高级管家可见。",
        "In seven days; seconds each are the median from one answer to the next, without pauses of ten minutes. "
        "A steward's figures are shown to himself and to senior stewards.",
    ),
    "precision": ("合并准确率", "Precision"),
    "recall": ("合并查全率", "Recall"),
    "precision_says": (
        "合并到一起的记录中，{low} 至 {high} 是对的（95% 把握，依据 {count} 个抽样回答）。",
        "Of the pairs joined {low} to {high} are right (95 %, from {count:answer|answers} drawn by lot).",
    ),
    "precision_expected": (
        "还没有人答过抽样题。系统自己估计：合并到一起的记录中，{low} 至 {high} 是对的。",
        "Nothing drawn by lot is answered yet. The model expects that of the pairs joined {low} to {high} are right.",
    ),
    "recall_says": (
        "应合并的记录中，{low} 至 {high} 已合并（95% 把握，依据 {count} 个抽样回答）。",
        "Of the pairs that belong together {low} to {high} are found (95 %, from {count:answer|answers} drawn by lot).",
    ),
    "recall_expected": (
        "还没有人答过抽样题。系统自己估计：应合并的记录中，{low} 至 {high} 已合并。",
        "Nothing drawn by lot is answered yet. The model expects that of the pairs that belong together "
        "{low} to {high} are found.",
    ),
    "halved_by": (
        "再答约 {count} 题，误差范围可减半。",
        "About {count:more answer|more answers} would halve the interval.",
    ),
    "not_halved": (
        "误差主要来自从未比较过的记录，多答题也难以减半。",
        "Answers alone cannot halve it: the rest is about pairs that were never compared.",
    ),
    "expected": ("（系统估计）", " (expected)"),
    "all_feeds": ("全部", "All"),
    "steward_agreement": ("回答的一致性", "Agreement of answers"),
    "agreement_says": (
        "队列中混有已知答案的问题，界面上看不出；已答 {count} 个，只用来衡量一致性，不影响客户。",
        "{count:answer|answers} to planted questions whose answer is known; "
        "they look like any other and change nothing else.",
    ),
    "no_agreement_yet": (
        "队列中混有少量已知答案的问题，用来衡量回答的一致性；尚无人答到。",
        "A few planted questions have a known answer and tell how far stewards agree; none has been answered yet.",
    ),
    "as_known": ("与已知相符", "As known"),
    "as_model": ("与系统有把握的判断（{count}）", "as a sure model ({count})"),
    "kappa_known": ("κ（与已知）", "κ with known"),
    "kappa_colleagues": ("κ（与同事）", "κ with others"),
    "kappa_says": (
        "κ 是扣除碰巧因素后的一致程度：1 为完全一致，0 与随意作答无异；其后为 95% 误差范围。"
        "个人数字只有本人和高级管家可见。",
        "κ (Cohen) is agreement beyond chance: 1 is full, 0 no more than guessing; 95 % intervals beside. "
        "A steward's figures are shown to himself and to senior stewards.",
    ),
    "answers_known": ("回答数", "Answers"),
    "all_stewards": ("全体", "All"),
    "by_channels": ("客户出现的渠道数", "Customers by number of channels"),
    "by_channels_says": ("每个客户出现在多少个渠道。", "How many channels know a customer."),
    "channels_count": ("{count} 个渠道", "{count:channel|channels}"),
    "feed_quality": ("各渠道数据检查通过率", "Checks passed by each feed"),
    "feed_quality_says": (
        "每个渠道在本次数据更新中通过检查的比例。",
        "The share of checks each feed passes in this run.",
    ),
    "trend": ("有效数据比例，%", "Rows that became records, %"),
    "trend_says": (
        "各渠道每天送来的数据中，通过检查、成为记录的比例。",
        "Of the rows delivered each day, the share that became records.",
    ),
    "last_runs": ("最近的数据更新", "Last runs"),
    "last_runs_say": ("最近十次数据更新及用时。", "The last ten published runs and how long they took."),
    "run": ("数据版本", "Run"),
    "started": ("开始时间", "Began (Beijing time)"),
    "seconds": ("秒", "Seconds"),
    "model": ("匹配模型", "Model"),
    "model_says": ("正在使用的版本：{version}", "The version in force: {version}"),
    "model_learning": ("正在学习新版本，稍后刷新。", "A new version is being learned; reload in a while."),
    "proposal": ("待启用的版本 {version}", "Version {version} waits to be accepted"),
    "effect_before": ("现有客户", "Customers now"),
    "effect_kept": ("保留", "kept"),
    "effect_merged": ("并入其他", "merged away"),
    "effect_split": ("失去记录", "lose records"),
    "effect_gone": ("消失", "gone"),
    "effect_new": ("新增", "new"),
    "effect_pairs": ("会有变化的记录（抽样）", "Pairs that change (a sample)"),
    "change": ("变化", "Change"),
    "change_joined": ("合并", "joined"),
    "change_parted": ("分开", "parted"),
    "no_effect": ("没有可比较的客户数据", "There is no snapshot to compare with"),
    "accept_model": ("启用，自下次数据更新起生效", "Accept from the next run on"),
    "no_proposal": ("没有待启用的版本。", "No version waits."),
    "teach": ("用判定学习新版本", "Teach a new version"),
    "teach_says": (
        "根据 {count} 个判定重新学习各字段的加减分；先列出会有哪些变化，启用后才生效。",
        "Weights are taught by {count:judgement|judgements}; what changes is shown first.",
    ),
    "teach_do": ("学习", "Teach"),
    "versions": ("全部版本", "All versions"),
    "version": ("版本", "Version"),
    "why_made": ("缘由", "Why"),
    "answers": ("判定", "Judgements"),
    "accepted": ("启用", "Accepted"),
    "accepted_by_run": ("由数据更新自动启用", "by a run itself"),
    "why_first": ("首次学习", "the first"),
    "why_outgrown": ("记录大增后重新学习", "many more records"),
    "why_asked": ("应要求", "asked for"),
    "why_drift": ("数据漂移", "the records drifted"),
    "why_labels": ("判定", "judgements"),
}
