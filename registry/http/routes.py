"""The one table of HTTP routes: the application is wired from it, and openapi.json is generated from it."""

from dataclasses import dataclass
from typing import Final

from credential import approval, documents, request
from registry.http.media import CBOR, SIGN, SIGN1, STATUS_LIST

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
TEXT: Final = "text/plain; charset=utf-8"
CSV: Final = "text/csv; charset=utf-8"
OCTETS: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. `body` (any of these) and `answer` are media types, `also` further ones of the answer.

    `refusals` are the statuses besides 200 and 500; `query` names what may stand behind the `?`. The shape of what is
    JSON is in registry.http.schemas.
    """

    method: str
    path: str
    name: str
    summary: str
    answer: str
    refusals: tuple[int, ...] = ()
    body: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    is_shared: bool = False
    """Whether the answer is the same for everyone: it has an ETag and Cache-Control, and may be 304."""


_REQUEST: Final = (request.MEDIA_TYPE,)
_ISSUER_REFUSALS: Final = (400, 401, 403, 409, 411, 413, 415, 422, 503)
ROUTES: Final = (
    Route(
        "GET",
        "/v1/region",
        "region",
        "本地区及当前发布的对象 / this region and what is published now",
        JSON,
        (503,),
        is_shared=True,
    ),
    Route(
        "GET",
        "/v1/objects/<sha256>",
        "object",
        "按 SHA-256 取一个已发布对象 / a published object",
        SIGN1,
        (404, 503),
        also=(SIGN, STATUS_LIST, CBOR, OCTETS),
        is_shared=True,
    ),
    Route(
        "GET",
        "/v1/bundle",
        "bundle",
        "离线核验所需的一切 / all that an offline verifier needs",
        CBOR,
        (503,),
        is_shared=True,
    ),
    Route(
        "GET",
        "/v1/status/<int:number>",
        "status",
        "一份状态列表 / a status list",
        STATUS_LIST,
        (404, 503),
        is_shared=True,
    ),
    Route(
        "GET",
        "/s/<int:number>",
        "status_by_uri",
        "同上，证书中的 URI / the same, by the certificates' URI",
        STATUS_LIST,
        (404, 503),
        is_shared=True,
    ),
    Route(
        "GET",
        "/s/log/checkpoint",
        "log_checkpoint",
        "办理记录日志的头（C2SP tlog-checkpoint）/ the head of the log of acts",
        TEXT,
        (404, 503),
        is_shared=True,
    ),
    Route(
        "GET",
        "/s/log/tile/<path:tile>",
        "log_tile",
        "日志的一块（C2SP tlog-tiles）/ a tile of the log",
        OCTETS,
        (404, 503),
        is_shared=True,
    ),
    Route(
        "GET",
        "/v1/log/consistency/<int:old>/<int:size>",
        "log_consistency",
        "较新的日志以较旧的开头：证明 / proof that the newer log begins with the older",
        CBOR,
        (404, 503),
        is_shared=True,
    ),
    Route(
        "GET",
        "/v1/log/inclusion/<int:size>/<digest>",
        "log_inclusion",
        "证书摘要或对象的 SHA-256 在日志中：证明 / proof that a certificate's digest or an object's SHA-256 is in it",
        CBOR,
        (404, 503),
        is_shared=True,
    ),
    Route("POST", "/v1/indices", "indices", "申请序号 / reserve indices", JSON, _ISSUER_REFUSALS, _REQUEST),
    Route(
        "POST",
        "/v1/batches",
        "batches",
        "登记一批证书 / register a batch",
        JSON,
        _ISSUER_REFUSALS,
        (*_REQUEST, documents.MEDIA_TYPE, approval.MEDIA_TYPE),
    ),
    Route(
        "POST",
        "/v1/status-changes",
        "status_changes",
        "撤销、暂停、恢复 / revoke, suspend, restore",
        JSON,
        _ISSUER_REFUSALS,
        (*_REQUEST, approval.MEDIA_TYPE),
    ),
    Route(
        "POST",
        "/v1/corrections",
        "corrections",
        "持证人申请更正的事项 / what holders ask to have corrected",
        JSON,
        _ISSUER_REFUSALS,
        _REQUEST,
    ),
    Route(
        "POST",
        "/v1/correction-answers",
        "correction_answers",
        "答复一件更正申请 / answer one of them",
        JSON,
        (*_ISSUER_REFUSALS, 404),
        _REQUEST,
    ),
    Route(
        "POST",
        "/v1/holder",
        "holder",
        "持证人凭证件号、姓名、编号取回二维码、查看经过 / a holder's certificate again, and its history",
        JSON,
        (400, 411, 413, 415, 429, 503),
        (JSON,),
    ),
    Route(
        "POST",
        "/v1/holder/corrections",
        "holder_corrections",
        "持证人申请更正 / a holder asks for a correction",
        JSON,
        (400, 404, 409, 411, 413, 415, 429, 503),
        (JSON,),
    ),
    Route(
        "POST",
        "/v1/query",
        "query",
        "按编号或证件号、加姓名查询 / query by number or document number, and name",
        JSON,
        (400, 411, 413, 415, 429, 503),
        (JSON,),
    ),
    Route(
        "POST",
        "/v1/complaints",
        "complaints",
        "公众投诉，得受理号 / a complaint from the public, answered with a case number",
        JSON,
        (400, 411, 413, 415, 429, 503),
        (JSON,),
    ),
    Route(
        "POST",
        "/v1/complaints/case",
        "complaint_case",
        "凭受理号查投诉的状态与答复 / state and answer of a complaint, by its case number",
        JSON,
        (400, 411, 413, 415, 429, 503),
        (JSON,),
    ),
    Route(
        "GET",
        "/v1/issuers/<code>/supervision",
        "issuer_supervision",
        "机构的历年等级、核查中投诉、满意度 / an issuer's grades, cases under review, satisfaction",
        JSON,
        (404, 503),
        is_shared=True,
    ),
    Route(
        "GET",
        "/v1/issuers",
        "issuers_json",
        "评价机构名录，一页 20 家 / the directory of issuers, 20 a page",
        JSON,
        (400, 404, 503),
        query=("q", "kind", "state", "division", "page"),
        is_shared=True,
    ),
    Route("GET", "/v1/issuers/<code>", "issuer_json", "一个评价机构 / one issuer", JSON, (404, 503), is_shared=True),
    Route(
        "GET",
        "/v1/statistics",
        "statistics",
        "统计，小数字不公布 / statistics, small cells left out",
        JSON,
        (503,),
        is_shared=True,
    ),
    Route("GET", "/v1/statistics.csv", "statistics_csv", "同上，CSV / the same as CSV", CSV, (503,), is_shared=True),
    Route(
        "GET",
        "/status.json",
        "service_status",
        "每份已公布清单的新旧与到期 / the age and the expiry of every published list",
        JSON,
        (503,),
        is_shared=True,
    ),
    Route("GET", "/openapi.json", "openapi", "本接口的说明 / this description", JSON, is_shared=True),
    Route("GET", "/healthz", "healthz", "进程在运行 / the process is alive", JSON),
    Route("GET", "/readyz", "readyz", "可以受理 / ready to serve", JSON, (503,)),
)
