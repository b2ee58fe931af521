"""A stolen key explained to a clerk, step by step, and the statement that goes to the registry."""

from dataclasses import dataclass
from datetime import datetime

from credential import cose
from credential.keyfile import Purpose
from credential.model import CHINA, IssuerCode, Seconds, rfc3339

Pair = tuple[str, str]
"""One thing in both languages."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The certificates that a key signed: what stands by the registry's rule, what falls, what was never registered."""

    stand: int
    fall: int
    unregistered: int

    @property
    def signed(self) -> int:
        """All of them."""
        return self.stand + self.fall


def steps(purpose: Purpose) -> tuple[Pair, ...]:
    """What to do now, in order."""
    return (*_CERTIFICATE, *_AFTER) if purpose is Purpose.CERTIFICATE else (*_REQUEST, *_AFTER)


_CERTIFICATE: tuple[Pair, ...] = (
    (
        (
            "1. 马上打电话给登记机构（电话在备案回执上），报机构代码、密钥指纹、大约从何时起。来不及查清也先打：他们"
            "一人就能暂停本机构，此后签的一律不通过。"
        ),
        (
            "1. Call the registry now (the number is on your filing): your issuer code, the key's fingerprint, since"
            " about when. Call even before all is clear: one operator can suspend the issuer at once, and nothing"
            " signed from then on passes."
        ),
    ),
    (
        (
            "2. 登记机构随后由两人宣告这把密钥自该时刻起泄露（key compromise）。在那之前签署、并且已经登记的证书仍然"
            "有效，持证人不用做什么；其余的一律不再通过，离线也一样，包括盗贼倒填日期的。宣告不能收回，时刻只能提前，"
            "所以宁早勿晚。"
        ),
        (
            "2. Two operators then declare the key compromised since that time (key compromise). What was signed and"
            " registered before it stands, and its holders need do nothing; all else falls, offline too, backdated"
            " or not. It is never taken back, and the time can only become earlier: rather too early than too late."
        ),
    ),
    (
        "3. 只有证书密钥被盗，盗贼登记不了证书：登记要用请求密钥。两把都可能被盗，就对两把各运行一次本命令。",
        (
            "3. With the certificate key alone the thief registers nothing: that takes the request key. If both may"
            " be stolen, run this command for each."
        ),
    ),
)
_REQUEST: tuple[Pair, ...] = (
    (
        (
            "1. 马上打电话给登记机构（电话在备案回执上），报机构代码、密钥指纹、大约从何时起，请他们停用这把请求密钥"
            "（key retire）；来不及就先暂停本机构，一人即可。"
        ),
        (
            "1. Call the registry now (the number is on your filing): your issuer code, the key's fingerprint, since"
            " about when; have them retire this request key (key retire). In a hurry they suspend the issuer, which"
            " takes one operator."
        ),
    ),
    (
        (
            "2. 请求密钥签不了证书，但能以本机构的名义占用序号、撤销或暂停证书、答复持证人。请登记机构列出该时刻以来"
            "以本机构名义做的每一件事，逐件核对；误撤销的证书不能恢复，用 correct 重发。"
        ),
        (
            "2. A request key signs no certificate, but it can take indices, revoke or suspend certificates and"
            " answer holders in your name. Have the registry list what was done in your name since then, and go"
            " through it; what was revoked wrongly cannot be brought back: issue it anew (correct)."
        ),
    ),
    (
        "3. 请求密钥与证书密钥若在同一台机器、同一口令之下，两把都按被盗处理：对证书密钥也运行一次本命令。",
        (
            "3. If both keys were on one machine under one passphrase, take both for stolen: run this command for"
            " the certificate key as well."
        ),
    ),
)
_AFTER: tuple[Pair, ...] = (
    (
        (
            "4. 换密钥：在没有问题的机器上运行 yinxin-signer key rotate，用新口令；在密钥设备里的，先请设备管理员换"
            " PIN。把新的注册申请交给登记机构，批准公布后本机自动使用，照常签发。旧的纸备份和旧口令全部销毁。"
        ),
        (
            "4. New keys: on a machine that is sound run yinxin-signer key rotate with a new passphrase; for a token"
            " have its administrator change the PIN first. Hand the enrolment to the registry; once it is published"
            " this machine uses it by itself, and signing goes on. Destroy the old paper backups and passphrases."
        ),
    ),
    (
        (
            "5. 用新密钥重发：清单 certificates.csv 中 stands 为 no 的，逐张核实；确是本机构签的，换新密钥后运行"
            " correct 编号 --out 文件夹：内容和编号不变，用新密钥重签。"
        ),
        (
            "5. Sign anew: look into each certificate that certificates.csv marks `no` under `stands`; those that"
            " are honestly yours are signed again by the new key, word for word under the same number: `correct"
            " NUMBER --out DIR`."
        ),
    ),
    (
        (
            "6. 告诉持证人：stands 为 yes 的仍然有效，二维码不变；为 no 的暂时通不过核验，本人没有过错，重发后请换用"
            "新的二维码。"
        ),
        (
            "6. Tell the holders: those marked `yes` stay valid with the same QR code; those marked `no` do not pass"
            " for now through no fault of theirs, and get a new QR code when they are issued again."
        ),
    ),
)


def statement(
    issuer: IssuerCode, purpose: Purpose, public: bytes, since: Seconds, noted: Seconds, counted: Counted, digest: bytes
) -> str:
    """The statement for the registry; `digest` is the SHA-256 of the list beside it."""
    is_certificate = purpose is Purpose.CERTIFICATE
    name = "证书密钥 / certificate key" if is_certificate else "请求密钥 / request key"
    lines = [
        "密钥被盗声明 / Statement: a key was stolen",
        "",
        f"机构代码 / issuer code:        {issuer}",
        f"密钥 / key:                    {name}",
        f"指纹 / fingerprint:            {cose.fingerprint(public)}",
        f"密钥标识 / kid:                {cose.kid(public).hex()}",
        f"被盗时刻 / stolen since:       {_both(since)}",
        f"本机停用 / stopped here at:    {_both(noted)}",
        "",
        *(_counts(counted, digest) if is_certificate else ()),
        "请登记机构办理 / For the registry to do:",
        f"  {_command(issuer, is_certificate, public, since, noted)}",
        "",
        (
            "经办人 / signed by: ____________________    电话 / telephone: ____________________    日期 / date:"
            " ____________"
        ),
        "",
    ]
    return "\n".join(lines)


def _counts(counted: Counted, digest: bytes) -> tuple[str, ...]:
    return (
        f"本机账本中由这把密钥签署 / signed by this key, as this machine's ledger has it: {counted.signed}",
        f"  此前签署并登记，应仍有效 / signed and registered before, should stand:        {counted.stand}",
        f"  不再有效 / fall:                                                            {counted.fall}",
        f"    其中从未登记 / never registered among them:                               {counted.unregistered}",
        f"逐张清单 / each of them: certificates.csv, SHA-256 {digest.hex()}",
        "不在清单上的，不是本机签的 / What is not on the list was not signed by this machine.",
        "",
    )


def _command(issuer: IssuerCode, is_certificate: bool, public: bytes, since: Seconds, noted: Seconds) -> str:
    target = f"--issuer {issuer} --kid {cose.kid(public).hex()}"
    if is_certificate:
        return f"yinxin-registry key compromise {target} --since {rfc3339(since)} --dry-run"
    return f"yinxin-registry key retire {target} --at {rfc3339(noted)} --document ..."


def _both(instant: Seconds) -> str:
    local = datetime.fromtimestamp(instant, CHINA)
    return f"{rfc3339(instant)}（北京时间 {local:%Y-%m-%d %H:%M:%S}）"
