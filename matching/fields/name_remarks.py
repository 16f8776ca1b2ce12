"""What stands around Chinese names and is no part of them: remarks, what a name is, whose line, whose relative."""

from functools import cache
from typing import Final

from matching.fields.name_numbers import NUMBERED
from matching.tables import listed

UNKNOWN: Final = "?"
"""Stands for a character that is masked or could not be written."""

WRAPPED: Final = r"^[(\[{<【〔「《]([^)\]}>】〕」》]*)[)\]}>】〕」》]?$"
"""A name that stands in brackets as a whole; the group is the name."""

LABELS: Final = (
    "(?:客户|用户|原?机主|户主|业主|联系人|经办人|代办人|收件人|负责人|法人)(?:姓名|名称)?|姓名|户名|名字"
    "|已(?:销户|过户|停机|拆机|注销|欠费|作废|故|亡故)"
)
"""What a name is, written before it with a colon, and what became of its owner."""

ANSWERS: Final = "(?:代办|经办|代理|委托|监护|担保|介绍|联系)人|原机主|过户自|曾用名|原名|又名"
"""What stands between a customer's name and that of another, who came or answers for him, or his own of before."""
TEST: Final = "^[一-鿿]{0,6}测试[一-鿿]{0,4}$"
"""Names that somebody typed to try a form out."""

OTHERS: Final = "(?:由|代办|经办|代理|委托|监护|介绍|推荐|担保|联系)"
"""What begins a remark about who came, or answers, for the customer."""
DWELLING: Final = r"\d+\s*[号室组栋幢村队弄巷楼座层]"
"""What shows that an address stands behind a name."""
NO_HAMLET: Final = r"(?:[^\W\d_A-Za-z家]?[^\W\d_A-Za-z家村庄镇乡路街巷弄屯寨湾沟坪坝营店苑里县市区旗堡岭塘厂矿])"
"""A given name before a number that no hamlet or road has: 李家湾3组."""
HOW_TO_REACH: Final = "没人|不在|不用|打|勿|请|微信|手机|电话|联系|晚上|白天|下班|上班"
"""What shows that a remark on how to reach somebody stands behind a name: no name holds these."""
PAYS_BY: Final = "微信|支付宝|银联|云闪付|翼支付|现金|银行卡"
NOBODYS_NAME: Final = (
    rf"^(?:(?:默认|普通|匿名|临时|注册|未知|系统|微信|支付宝|[新老散])?(?:会员|用户|客户|顾客|访客|游客)"
    rf"|(?:{PAYS_BY})(?:支付|缴费|充值|代扣|扫码|零钱)?)$"
)
"""What forms and cash desks put where nobody told a name."""

COMMONEST: Final = (
    "王李张刘陈杨黄赵吴周徐孙朱胡郭何高林郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜程苏魏吕丁沈姚卢姜崔钟谭陆汪范"
)
"""Surnames by which a second name behind a blank is known for one; a father's name of another tongue has none."""

NO_SURNAME: Final = rf"[^\W0-9_A-Za-z{COMMONEST}]"
"""A character of a name that no common surname is, for two people's names are no parts of one."""
NEXT_COMMON: Final = (
    "马罗夏方石任白熊苗金孔戴邱尹秦江史顾侯邵孟龙万段雷钱汤黎易常武乔贺赖龚文庞樊兰殷"
    "施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁耿"
)
"""The next hundred surnames."""
NOR_ANOTHER: Final = rf"[^\W0-9_A-Za-z{COMMONEST}{NEXT_COMMON}]"
"""A character that is none of the next hundred either: behind a comma three characters may be another's whole name."""
BETWEEN_PARTS: Final = r"[\s▪_|—–-]+"
"""What people write for the dot between the parts of a name."""
LOST_DOT: Final = (
    rf"^({NO_SURNAME}[一-鿿]+)\{UNKNOWN}+({NO_SURNAME}[一-鿿]{{2,}})$",
    rf"^({NO_SURNAME}[一-鿿]{{2,}})\{UNKNOWN}+({NO_SURNAME}[一-鿿]+)$",
)
"""The same where the dot was a character that was lost: looked for when nothing else is left of the text."""
A_COMMA: Final = r"[、,，;/]\s*"
"""What is written between two parts of a name too, but more often between two people's."""
PARTS: Final = (
    rf"^({NO_SURNAME}[一-鿿]+){BETWEEN_PARTS}({NO_SURNAME}[一-鿿]{{2,}})$",
    rf"^({NO_SURNAME}[一-鿿]{{2,}}){BETWEEN_PARTS}({NO_SURNAME}[一-鿿]+)$",
    rf"^({NOR_ANOTHER}[一-鿿]{{2,}}){A_COMMA}({NO_SURNAME}[一-鿿]{{2,}})$",
    rf"^({NO_SURNAME}[一-鿿]{{2,}}){A_COMMA}({NOR_ANOTHER}[一-鿿]{{2,}})$",
    rf"^({NO_SURNAME}[一-鿿]{{3,}}){A_COMMA}({NO_SURNAME}[一-鿿]{{2,}})$",
    rf"^({NO_SURNAME}[一-鿿]{{2,}}){A_COMMA}({NO_SURNAME}[一-鿿]{{3,}})$",
)
"""Two parts of a name of another tongue, of five characters or more; with a comma, one is longer than names of
people are, or begins as none of them does."""

REMARKS: Final = (
    (rf"{NUMBERED}$", ""),
    (NUMBERED, " "),
    (rf"^[*＊★]([{COMMONEST}][一-鿿]{{2}})$", "$1"),  # a mark before a whole name
    (rf"^(?:{LABELS})\s*:", ""),
    (rf"^([一-鿿]{{1,8}})[\s,;/、|-]+{OTHERS}[一-鿿]{{0,2}}\s*:?\s*[一-鿿]{{0,4}}$", "$1"),
    (rf"^([一-鿿]{{1,8}})[\s,;/、|:]+[一-鿿].*{DWELLING}.*$", "$1"),
    (rf"^([{COMMONEST}{NEXT_COMMON}]{NO_HAMLET}){DWELLING}.*$", "$1"),
    (rf"^([一-鿿·•]{{2,16}})[\s,;/、|:+—-]+[一-鿿]*(?:{HOW_TO_REACH})[一-鿿]*$", "$1"),
    (r"[\s*＊_/-]*S?VIP\d*(?:客户|用户)?$", ""),
    (r"^([一-鿿]{2,8})[\s,;/、|+—-]+[一-鿿]{2,4}(?:代办|经办|代理|代签|代领|代缴|代)$", "$1"),
    (r"^([一-鿿]{2,8})[\s,;/、|+—-]+[一-鿿]{2,8}[·•.．・][一-鿿]{2,8}(?:代办|经办|代理|代签|代领|代缴)$", "$1"),
    (rf"^([{COMMONEST}][一-鿿]{{2}}) [{COMMONEST}][一-鿿]{{1,2}}$", "$1"),
    (
        rf"^([{COMMONEST}{NEXT_COMMON}][一-鿿]{{1,2}})\s*[+—–-]+\s*[{COMMONEST}][一-鿿]{{1,2}}(?:{OTHERS}[一-鿿]?)?$",
        "$1",
    ),
    (r"(?:身份证|证件)(?:号码?)?\s*:?\s*[\dXx*]*$", ""),
    (r"^([一-鿿]{2,4})[\s_-]+[新旧老主副]$", "$1"),
    *((parts, "$1·$2") for parts in PARTS),
    (r"[/、,;&|]\s*[一-鿿]{2,4}$", ""),  # a second name
    (r"[\s/、,;|-]+[男女]性?(?:\D{0,2}\d{1,3}岁?)?$", ""),
    (r"[(\[{<【〔「《].*?([)\]}>】〕」》]|$)", ""),
    (r"[•・‧∙⋅.。•●]+", "·"),
    (r"[*×✱∗＊]|[Xx]", UNKNOWN),
    (r"[?□■�〓]", UNKNOWN),
)
"""What is taken out of names and what marks mean, in this order."""

LONG_ENOUGH: Final = 4
"""Characters from which on a name may have words around it that are no titles: of most names nothing is looked for."""
WHOSE_LINE: Final = "|".join(
    (
        "本人|机主|户主|家里|家中|家庭?电话|家用|住宅|单位|办公室?|办理",
        "大客户|老客户|换机|换号|复机|补卡|已?去世|过世|病故|亡故|宽带账户|融合|重复|托收|校园网?|第[一二三四五2-5]户",
        "(?:晚上|白天|下班|上班)打|勿打|勿扰",
        "已(?:销|拆|停|搬走?|离职|离网|退网|转网|换号)|专线|房东|租客|租户",
    )
)
"""What is written behind a name about the line, or about what became of its owner."""
RELATIVES: Final = (
    "爱人|妻子|老婆|老公|丈夫|儿子|女儿|父亲|母亲|爸爸|妈妈|哥哥|姐姐|弟弟|妹妹|孙子|孙女|外孙女?|儿媳妇?|媳妇|女婿|岳父|岳母"
    "|家属|亲戚|朋友|同事|邻居"
)
"""Words behind a name for somebody else, whose own name is not told: 张小明妈妈."""
NEAREST: Final = "妻|夫|子|女|父|母|兄|弟|姐|妹|孙|爸|妈"
"""The same in one character, of which 之 or 的 must tell that they are no part of a given name."""


@cache
def _titles() -> str:
    titles = sorted(listed("honorifics", "title", place="after"), key=lambda title: (-len(title), title))
    return "|".join(titles)


@cache
def title_pattern() -> str:
    """Give the pattern of a title behind a name, longest first."""
    return f"({_titles()})$"


@cache
def around() -> tuple[tuple[str, str], ...]:
    """Give patterns of long names with words around them, and what is kept: a title behind is left for its own rule.

    A given name that ends in 家 is common (保家, 国家), so a whole name must stand before it.
    """
    single = "".join(listed("surnames", "surname", form="single"))
    return (
        (TEST, ""),
        (NOBODYS_NAME, ""),
        (rf"^(?:{LABELS})+(.{{2,}})$", "$1"),
        (rf"^(.{{2,}}?)(?:{ANSWERS}).*$", "$1"),
        (rf"^(.{{2,}}?)(?:{WHOSE_LINE})+((?:{_titles()})?)$", "$1$2"),
        (rf"^([{single}][一-鿿]{{2}})[家用]((?:{_titles()})?)$", "$1$2"),
    )


@cache
def of_a_relative() -> str:
    """Give the pattern of what tells whose relative somebody is, and not what he is called."""
    return rf"^.{{2,}}(?:[之的]?(?:{RELATIVES})|[之的](?:{NEAREST}))$"
