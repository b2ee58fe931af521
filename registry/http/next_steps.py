"""What to do after each refusal: shown on its page, and listed in docs/problems.md."""

from collections.abc import Mapping
from typing import Final

from registry.problems import Problem
from registry.words import Words

_REPEAT: Final = Words(
    "请稍后再试。签名的请求原样再发，不会办两次。",
    "Try again later. A signed request that is sent again does nothing twice.",
)
NEXT: Final[Mapping[Problem, Words]] = {
    Problem.MALFORMED: Words(
        "对照接口说明 /openapi.json 与格式规范改正后再发；原样重发没有用。",
        "Compare with /openapi.json and the format, mend it and send it again; the same again is of no use.",
    ),
    Problem.UNKNOWN_SIGNER: Words(
        "用登记过的申请密钥签名；新密钥须先由登记机构批准。",
        "Sign with the enrolled request key; a new key must be approved by the registry first.",
    ),
    Problem.SIGNATURE: Words(
        "请求在途中被改动，或签名程序有误：重新签名再发。",
        "It was changed on its way, or the signer is faulty: sign it anew and send it again.",
    ),
    Problem.STALE: Words("校准时钟，以现在的时间重新签名。", "Set the clock, and sign it anew with the present time."),
    Problem.NONCE: Words("换一个随机的一次性数，重新签名。", "Take another random nonce and sign it anew."),
    Problem.CERTIFICATE_KEY: Words(
        "改用申请密钥；证书密钥只签证书。", "Use the request key; the certificate key signs certificates only."
    ),
    Problem.WRONG_ISSUER: Words(
        "只办理本机构自己的证书与序号；逐行原因见 errors。",
        "Act only for your own certificates and indices; `errors` says which rows.",
    ),
    Problem.ISSUER_STATE: Words(
        "向登记机构了解备案状态；恢复以前不能办理。",
        "Ask the registry about the filing; nothing can be done until it is restored.",
    ),
    Problem.SECOND_APPROVER: Words(
        "请复核人运行 yinxin-signer approve，再以同一请求编号连同复核一起提交；还没有复核人的，先向登记机构登记。",
        "Let an enrolled approver run `yinxin-signer approve`, and send the same request with the approval beside it; "
        "without an approver, enrol one with the registry first.",
    ),
    Problem.ROLE: Words("请有相应角色的同事办理。", "Ask a colleague who has the role."),
    Problem.FORGED: Words(
        "回到本站的页面，重新打开表单再提交；前置代理须保留 Host。",
        "Open the form again on this site and send it from there; a proxy in front must keep Host.",
    ),
    Problem.NOT_FOUND: Words("核对地址或编号。", "Check the address or the number."),
    Problem.METHOD: Words("改用 Allow 一栏所列的方法。", "Use one of the methods that the header Allow names."),
    Problem.ID_REUSED: Words(
        "新的内容用新的请求编号；要重复旧请求，内容须一字不改。",
        "Give new content a new id; to repeat the old request, leave its content as it was.",
    ),
    Problem.CREDIT_CODE: Words(
        "核对证照；分支机构用自己的代码。代码所属的机构见说明。",
        "Compare with the licence; a branch has a code of its own. The detail says whose it is.",
    ),
    Problem.CONFLICT: Words(
        "按 errors 或说明核对已登记的内容，改正后用新的请求编号再发。",
        "Compare with what is registered, as `errors` or the detail says, and send it with a new id.",
    ),
    Problem.LENGTH: Words(
        "写明 Content-Length，不要分块传输。", "State Content-Length, and do not send the body in chunks."
    ),
    Problem.TOO_LARGE: Words(
        "分成几次发送；上限见运维手册的限额表。",
        "Send it in several parts; docs/operations.md has the table of limits.",
    ),
    Problem.MEDIA_TYPE: Words(
        "按接口说明 /openapi.json 写明 Content-Type。", "Set Content-Type as /openapi.json says."
    ),
    Problem.HEADERS_TOO_LARGE: Words("减少或缩短请求头。", "Send fewer or shorter headers."),
    Problem.ROWS: Words(
        "按 errors 逐行改正后，用新的请求编号整批再发。",
        "Mend the rows that `errors` names, and send the whole batch again with a new id.",
    ),
    Problem.REFUSED: Words("说明写明了原因；改正后再办。", "The detail says why; mend it and try again."),
    Problem.SECOND_PERSON: Words("请另一位有权的同事办理。", "Ask another colleague who has the right."),
    Problem.TOO_MANY: Words(
        "请过一分钟再问；程序等 Retry-After 所写的秒数。",
        "Ask again in a minute; programs wait for as many seconds as Retry-After says.",
    ),
    Problem.INTERNAL: Words(
        "请稍后再试；仍然如此，把编号告诉登记机构，它的日志里查得到。",
        "Try again later; if it stays so, tell the registry the reference, by which its log finds the fault.",
    ),
    Problem.UNAVAILABLE: _REPEAT,
    Problem.NOT_INITIALISED: Words(
        "登记机构须先运行 yinxin-registry init。", "The registry must run `yinxin-registry init` first."
    ),
}
"""Every refusal has one."""
