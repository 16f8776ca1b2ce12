"""What the frame of every page says, and logging in and out."""

from typing import Final

from stewardship.phrases import Phrases

ACCESS: Final[Phrases] = {
    "product": ("客户中枢", "Customer Hub"),
    "skip_to_content": ("跳到正文", "Skip to content"),
    "navigation": ("导航", "Navigation"),
    "language": ("语言", "Language"),
    "other_language": ("English", "中文"),
    "log_in": ("登录", "Log in"),
    "log_out": ("退出", "Log out"),
    "user_name": ("用户名", "User name"),
    "password": ("密码", "Password"),
    "log_in_failed": ("用户名或密码不对。", "That user name and password do not go together."),
    "log_in_wait": (
        "失败次数过多，请在 {seconds} 秒后再试。",
        "Too many failures: try again in {seconds} seconds.",
    ),
    "start": ("首页", "Start"),
    "start_says": ("正在使用的快照：{run}", "The snapshot in force: {run}"),
    "customers": ("客户", "Customers"),
    "records": ("记录", "Records"),
    "questions": ("待答问题", "Questions"),
    "role_viewer": ("查看员", "viewer"),
    "role_steward": ("数据管家", "steward"),
    "role_senior": ("高级管家", "senior steward"),
    "role_admin": ("管理员", "administrator"),
    "api": ("查询接口", "The look-up API"),
    "api_says": ("每个请求须在 X-API-Key 中带上密钥。", "Each request carries its key in X-API-Key."),
    "api_answers": ("应答", "Answers"),
    "api_parts": ("数据结构", "What is in requests and answers"),
    "reveal": ("显示", "Reveal"),
    "reveal_says": ("每次显示都会记入审计日志。", "Each reveal goes into the audit log."),
    "error_400": ("请求有误", "The request is not right"),
    "error_401": ("请先登录", "Please log in"),
    "error_403": ("不允许", "Not allowed"),
    "error_404": ("没有这一页", "There is no such page"),
    "error_405": ("不允许这种请求", "This is not how to ask here"),
    "error_409": ("情况已变", "Something has changed meanwhile"),
    "error_410": ("已不存在", "It is gone"),
    "error_413": ("内容太大", "That is too much"),
    "error_422": ("内容有误", "Something in it is not right"),
    "error_429": ("请稍候再试", "Please wait a little"),
    "error_500": ("出错了", "Something went wrong"),
    "error_503": ("暂时无法回答", "No answer just now"),
    "error_403_says": (
        "您的角色不能这样做，或者页面太旧：请重新载入后再试。",
        "Your role may not do this, or the page is too old: load it again and retry.",
    ),
    "error_500_says": ("服务器日志里有详情。", "The server's log has the details."),
    "nothing_published": (
        "还没有发布任何快照。请先运行 customer-hub run。",
        "No snapshot is published yet: customer-hub run publishes one.",
    ),
}
