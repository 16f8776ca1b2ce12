"""What the desk says of notes on customers."""

from typing import Final

from stewardship.phrases import Phrases

NOTES: Final[Phrases] = {
    "note": ("备注", "Note"),
    "notes": ("客户备注", "Notes on the customer"),
    "open_notes": ("未处理的客户备注", "Open notes on customers"),
    "no_open_notes": ("没有未处理的客户备注。", "No note waits."),
    "write_note": ("写备注", "Write a note"),
    "comment_hint_note": (
        "渠道资料里没有、同事应当知道的事；请勿写入个人信息",
        "What colleagues should know and no channel says; please no personal data",
    ),
    "ask_colleague": ("请同事处理", "Ask a colleague to look"),
    "nobody_asked": ("仅备注", "nobody: a note only"),
    "note_asks": ("请 {who} 处理", "for {who}"),
    "note_settled": ("{who} 已于 {day} 处理", "settled by {who} on {day}"),
    "settle_note": ("处理完毕", "Settled"),
    "to_do_notes": (
        "{count} 条客户备注请您处理",
        "{count:note on a customer asks|notes on customers ask} for you",
    ),
    "not_yours_to_settle": (
        "只有写备注的人、被请处理的人或高级管家可以标为处理完毕。",
        "Only its writer, whom it asks, or a senior steward settles a note.",
    ),
}
