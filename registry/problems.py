"""Every way in which the registry says no: one table, read by the HTTP service and by the command line."""

from dataclasses import dataclass
from enum import Enum, unique


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of refusal: its stable slug, its HTTP status, and its title for people."""

    slug: str
    status: int
    chinese: str
    english: str

    @property
    def title(self) -> str:
        """Chinese first, then English."""
        return f"{self.chinese} / {self.english}"

    @property
    def type(self) -> str:
        """The `type` in problem+json, which never changes its meaning."""
        return f"urn:yinxin:problem:{self.slug}"


@unique
class Problem(Enum):
    """The refusals: a closed list, to which some may be added. registry.http.next_steps says what to do after each."""

    MALFORMED = Sort("malformed", 400, "请求读不懂", "The request cannot be read")
    UNKNOWN_SIGNER = Sort("unknown-signer", 401, "签名者不是已登记的申请密钥", "Not signed by an enrolled request key")
    SIGNATURE = Sort("signature-invalid", 401, "签名不成立", "The signature does not hold")
    STALE = Sort("stale-time", 401, "请求时间与本机相差太远", "The request's time is too far from the registry's")
    NONCE = Sort("nonce-reused", 401, "一次性数已用过", "The nonce was used before")
    CERTIFICATE_KEY = Sort(
        "certificate-key-used", 403, "证书密钥不能签请求", "A certificate key must not sign requests"
    )
    WRONG_ISSUER = Sort("wrong-issuer", 403, "不能替别的机构办理", "One issuer cannot act for another")
    ISSUER_STATE = Sort(
        "issuer-not-in-good-standing", 403, "该机构目前不在备案状态", "The issuer is not filed at present"
    )
    SECOND_APPROVER = Sort(
        "second-approver-needed", 403, "须由本机构另一人复核", "A second person at the issuer must approve this"
    )
    ROLE = Sort("role-needed", 403, "您的角色不能办理", "Your role does not allow this")
    FORGED = Sort("not-from-this-site", 403, "不是从本站的页面提交的", "This was not sent from a page of this site")
    NOT_FOUND = Sort("not-found", 404, "没有这个地址或对象", "No such address or object")
    METHOD = Sort("method-not-allowed", 405, "这个地址不接受此方法", "This address does not take that method")
    ID_REUSED = Sort("id-reused", 409, "同一编号的请求内容不同", "The id was used for other content")
    CREDIT_CODE = Sort(
        "credit-code-taken", 409, "统一社会信用代码已属于另一机构", "The credit code belongs to another institution"
    )
    CONFLICT = Sort("conflict", 409, "与已登记的证书冲突", "In conflict with what is registered")
    LENGTH = Sort("length-required", 411, "请求必须写明长度", "The request must state its length")
    TOO_LARGE = Sort("too-large", 413, "请求太大", "The request is too large")
    MEDIA_TYPE = Sort("unsupported-media-type", 415, "请求的媒体类型不对", "Not the media type expected")
    HEADERS_TOO_LARGE = Sort("headers-too-large", 431, "请求头太大", "The request's headers are too large")
    ROWS = Sort("rows-refused", 422, "有不合格的行，全部未登记", "Some rows are refused, so nothing was done")
    REFUSED = Sort("refused", 422, "不能这样办理", "This cannot be done")
    SECOND_PERSON = Sort(
        "second-operator-needed", 422, "须由另一位操作员办理", "A second operator must do this, not the same one"
    )
    TOO_MANY = Sort("too-many-requests", 429, "查询太频繁", "Too many queries")
    INTERNAL = Sort("internal", 500, "服务内部出错", "Something failed inside the service")
    UNAVAILABLE = Sort("unavailable", 503, "暂时不可用，请稍后重试", "Not available at the moment, try again")
    NOT_INITIALISED = Sort(
        "not-initialised", 503, "尚未初始化，请先运行 yinxin-registry init", "Run `yinxin-registry init` first"
    )


@dataclass(frozen=True, slots=True)
class RowFault:
    """One row of a batch that is refused; `row` counts from 0. The detail holds no personal data."""

    row: int
    reason: str
    detail: str


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The one way in which a service says no. `detail` is shown to people and holds no secret."""

    def __init__(self, problem: Problem, detail: str = "", errors: tuple[RowFault, ...] = ()) -> None:
        super().__init__(f"{problem.value.slug}: {detail}")
        self.problem = problem
        self.detail = detail
        self.errors = errors

    def document(self, reference: str) -> dict[str, object]:
        """The body of an RFC 9457 answer; `reference` is the request's, by which the log finds it."""
        sort = self.problem.value
        body: dict[str, object] = {
            "type": sort.type,
            "title": sort.title,
            "status": sort.status,
            "instance": f"urn:uuid:{reference}",
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [{"row": e.row, "reason": e.reason, "detail": e.detail} for e in self.errors]
        return body


class ConfigurationError(Exception):
    """Something about the command or its files must be mended before anything can be done: exit code 2."""
