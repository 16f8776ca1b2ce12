"""What the pages of decisions and of batches say."""

from typing import Final

from stewardship.phrases import Phrases

JUDGEMENTS: Final[Phrases] = {
    "bulk_title": ("批量回答", "Answer in bulk"),
    "bulk_says": (
        "下列各组问题的比对情况相同。逐条看过后可一次回答；有矛盾的会留下，整批可撤销。",
        "The questions of a group agree in the same way. Look at each, then answer once; "
        "what contradicts earlier judgements stays open, and a batch is undone as a whole.",
    ),
    "bulk_agree": ("比对情况", "How they agree"),
    "bulk_nothing": ("没有可以成批回答的问题。", "There are no questions that agree alike."),
    "bulk_yours": ("我的批次", "Your batches"),
    "bulk_count": ("{count} 题", "{count:answer|answers}"),
    "bulk_undo": ("整批撤销", "Undo the batch"),
    "bulk_include": ("第 {number} 题", "No. {number}"),
    "bulk_type": ("请输入所选题数以确认：", "To confirm, type how many are included:"),
    "bulk_wait": ("请先看完：还需 {seconds} 秒", "Please look first: {seconds:more second|more seconds}"),
    "bulk_saved": ("已保存 {count} 题。", "{count:answer|answers} saved."),
    "bulk_left": ("{count} 题未保存，仍待回答。", "{count:was not saved and stays|were not saved and stay} open."),
    "bulk_back": ("返回批量回答", "Back to the groups"),
    "bulk_too_soon": ("太快了：请逐条看过再回答。", "Too soon: please look at each before you answer."),
    "bulk_miscounted": ("输入的题数与所选不符。", "The number typed is not the number included."),
    "waiting_for_run": (
        "{count} 条判定等待下次数据更新（最早一条于 {day}）。",
        "{count:judgement waits|judgements wait} for the next run, the oldest since {day}.",
    ),
    "all_in_force": ("所有判定均已生效。", "All judgements are in force."),
    "filter_about": ("客户号或记录号", "Customer or record id"),
    "show_mine": ("我的", "Mine"),
    "show_all": ("全部", "Everybody's"),
    "show_second": ("待复核", "For a second steward"),
    "show_changed": ("记录已变", "Records changed since"),
    "export_annotations": ("导出判定（JSON）", "Export annotations"),
    "export_csv": ("导出判定（CSV）", "Export CSV"),
    "import_title": ("导入判定", "Take judgements in"),
    "import_says": (
        "选择本页导出的文件（.json 或 .csv）；已有的判定略过，与现有判定矛盾的不收，并会列出。",
        "An annotation file (.json) or a table (.csv); what is known is skipped, what contradicts is listed.",
    ),
    "import_file": ("文件", "File"),
    "import_do": ("导入", "Take in"),
    "import_done": (
        "{source}：收入 {added} 条判定，{known} 条原已存在；自下次数据更新起生效。",
        "{source}: {added:judgement|judgements} taken in, {known} known already; "
        "what is new counts from the next run on.",
    ),
    "import_left_out": (
        "{count} 条与现有判定矛盾，未收入：",
        "{count:contradicts judgements that stand and was|contradict judgements that stand and were} left out:",
    ),
    "import_too_large": ("文件太大：至多 20 MB，请分开导入。", "The file is too large: 20 MB at most; split it."),
    "import_not_understood": (
        "无法识别这个文件：应为本页导出的 .json 文件，或含 record_id_l、record_id_r、verdict 三列的 .csv 表格。",
        "Not understood: an annotation file (.json) as this page exports it, or a table (.csv) with the columns "
        "record_id_l, record_id_r and verdict, was expected.",
    ),
    "when": ("时间", "When (Beijing time)"),
    "who": ("数据管家", "Steward"),
    "state": ("状态", "State"),
    "in_force_since": ("已于 {day} 生效", "in force since {day}"),
    "state_next_run": ("等待下次数据更新", "waiting for the next run"),
    "state_waiting": ("待复核", "waits for a second steward"),
    "state_refused": ("复核未通过，已重新提问", "refused; asked again"),
    "state_undone": ("已撤销", "undone"),
    "approved_by": ("{who} 已复核", "approved by {who}"),
    "approval_contradicts": (
        "没有同意：这一回答与现已成立的判定矛盾。可选“不同意”，问题会重新提问；或先由高级管家撤回矛盾的判定。",
        "Not approved: it contradicts judgements that stand by now. Refuse it, and it is asked again; or a senior "
        "steward takes those back first.",
    ),
    "approve": ("同意", "Approve"),
    "refuse": ("不同意", "Refuse"),
    "values_changed": ("判定后记录有变", "values changed since"),
    "column_entity_type": ("客户类型", "Kind of customer"),
    "nothing_decided": ("暂无记录。", "No decision here yet."),
    "four_eyes": ("双人复核", "Four eyes"),
    "four_eyes_says": (
        "勾选的各类回答，须由另一位数据管家复核同意后才生效。",
        "These decisions count only once another steward has approved them.",
    ),
    "four_eyes_bill": ("月账单达到（元）", "Monthly bill from (yuan)"),
}
