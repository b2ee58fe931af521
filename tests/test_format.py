"""The CDDL of docs/format.md against the code: what we make is of its rule, and what is not of its rule we refuse."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credential import approval, claims, documents, log, qr_text, receipt, request
from credential.bundle import Part
from credential.bundle import decode as decode_bundle
from credential.documents import Documents
from credential.model import Certificate, Kind
from tests import cddl, vector_benefits
from tests.credential import (
    objects,
    test_approval,
    test_bundle,
    test_checkpoint,
    test_claims,
    test_log,
    test_receipt,
    test_recognition,
    test_register,
    test_request,
    test_root,
    test_status_list,
    test_trust_list,
)
from tests.credential.certificates import EXAMPLES, LONGEST, certificates
from tests.credential.refusal import reason_of
from tests.test_vectors import NAMES, case_of
from tests.vector_cases import FOLDER
from tests.world import CODE, NOW, key, sign_it

# --- the page ---------------------------------------------------------------------------------------------------------


def test_every_name_is_defined_once_and_used() -> None:
    schema = re.sub(r'"[^"]*"|;.*', "", "\n".join(cddl.blocks()))
    defined = re.findall(r"^([a-z0-9-]+)(?:<[^>]*>)? *=", schema, re.MULTILINE)
    assert sorted(set(defined)) == sorted(defined)
    unused = [name for name in defined if len(re.findall(rf"(?<![\w-]){name}(?![\w-]| *:)", schema)) < 2]
    assert sorted(unused) == sorted(
        [
            *(*SIGNED, *UNSIGNED, *PROOFS, "certificate", "outer-claims", "enrolment", "documented"),
            *("approved", "approver", "receipts"),
        ]
    )


SIGNED = {"root": 0, "trustlist": 0, "status": 0, "checkpoint": 0, "recognition": 0, "policy": 0, "benefits": 0}
UNSIGNED = ("bin", "register", "shard", "bundle")
PROOFS = ("inclusion", "consistency")

# --- what we make is of its rule --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_certificate_of_each_kind(kind: Kind) -> None:
    assert cddl.fault("certificate", sign_it(EXAMPLES[kind])) is None
    assert cddl.fault("certificate", sign_it(LONGEST)) is None


@settings(max_examples=100)
@given(certificates())
def test_any_certificate(certificate: Certificate) -> None:
    payload = claims.encode(certificate)
    assert cddl.fault("claims", payload) is None
    assert cddl.fault("outer-claims", payload) is None


@pytest.mark.parametrize("action", request.Action)
def test_a_request_of_each_action(action: request.Action) -> None:
    asked = request.Request(CODE, bytes(16), NOW, bytes(16), test_request.CONTENTS[action])
    assert cddl.fault("request", request.seal(asked, key("request"))) is None


def test_a_request_with_its_documents() -> None:
    beside = Documents(bytes(32), ("35020318600101001X", None, "军字第1234号", "H(12)-3/4"))
    content = request.RegisterBatch((sign_it(),) * 4, beside.commitment)
    asked = request.seal(request.Request(CODE, bytes(16), NOW, bytes(16), content), key("request"))
    assert cddl.fault("request", asked) is None
    assert cddl.fault("documented", documents.beside(asked, beside)) is None


def test_an_approval_and_an_approver() -> None:
    beside = Documents(bytes(32), ("35020318600101001X",))
    content = request.RegisterBatch((sign_it(),), beside.commitment)
    asked = request.Request(CODE, bytes(16), NOW, bytes(16), content)
    said = approval.seal(approval.Approval(CODE, asked.id, NOW, asked.content_hash), key("approval"))
    sealed = request.seal(asked, key("request"))
    assert cddl.fault("approved", approval.Approved(sealed, said).encode()) is None
    assert cddl.fault("approved", approval.Approved(sealed, said, beside).encode()) is None
    assert cddl.fault("approver", approval.seal_approver(test_approval.APPROVER, test_approval.KEY)) is None


def test_serials_beside_indices() -> None:
    asked = request.Request(CODE, bytes(16), NOW, bytes(16), test_request.WITH_SERIALS)
    assert cddl.fault("request", request.seal(asked, key("request"))) is None


def test_a_receipt_and_a_file_of_them() -> None:
    assert cddl.fault("receipt", test_receipt.DATA) is None
    assert cddl.fault("receipts", receipt.pack([test_receipt.DATA] * 2)) is None


def test_an_enrolment() -> None:
    keys = test_request.CERTIFICATE_KEY, test_request.REQUEST_KEY
    assert cddl.fault("enrolment", request.seal_enrolment(test_request.ENROLMENT, *keys)) is None


@given(test_log.LEAF)
def test_a_leaf_of_the_log(leaf: log.Leaf) -> None:
    assert cddl.fault("leaf", leaf.encode()) is None


@given(test_log.PROOFS)
def test_a_proof(proof: log.Proof) -> None:
    rule = "inclusion" if isinstance(proof, log.Inclusion) else "consistency"
    assert cddl.fault(rule, proof.encode()) is None


@cache
def _accepted() -> dict[str, dict[str, str]]:
    found = {name: case_of(name) for name in NAMES}
    return {name: case for name, case in found.items() if case["verdict"] == "accepted"}


def test_every_accepted_vector_and_all_that_its_regions_publish() -> None:
    """What is accepted is of its shape throughout; bins, shards and parts that nobody asked for need not be."""
    faults = {name: cddl.fault("certificate", qr_text.decode(case["text"])) for name, case in _accepted().items()}
    assert {name: why for name, why in faults.items() if why} == {}
    for name, case in _accepted().items():
        data = (FOLDER / name / case["bundle"]).read_bytes()
        assert cddl.fault("bundle", data) is None, name
        for part in decode_bundle(data).values():
            assert [(rule, why) for rule, why in _faults(part) if why] == [], name


def _faults(part: Part) -> Iterator[tuple[str, str | None]]:
    objects: tuple[tuple[str, tuple[bytes, ...]], ...] = (
        ("checkpoint", (part.checkpoint,)),
        ("trustlist", (part.trust_list,)),
        ("status", part.status_lists),
        ("recognition", () if part.recognition is None else (part.recognition,)),
        ("policy", () if part.benefits is None else (part.benefits,)),
        ("register", part.registers),
        ("root", part.roots[-1:]),
    )
    for rule, found in objects:
        for data in found:
            yield rule, cddl.fault(rule, data)


def test_a_benefit_policy() -> None:
    data = vector_benefits.WORLD.part().benefits or b""
    assert [cddl.fault(rule, data) for rule in ("policy", "benefits")] == [None, None]


def test_bins_and_shards() -> None:
    part = objects.PART
    assert [cddl.fault("bin", data) for data in part.bins] == [None]
    assert [cddl.fault("shard", data) for data in part.shards] == [None]
    assert [why for _, why in _faults(part) if why] == []


# --- what is not of its rule we refuse, and the rest of what we refuse is in words only -------------------------------

_BAD_POINTS = {f"a key: {name}" for name in objects.BAD_POINTS if name != "31 bytes"}
_ZLIB = {
    *("not zlib", "nothing", "a zlib stream cut", "a wrong checksum", "something trails", "a second stream trails"),
    *("raw deflate", "gzip", "2^20 entries and two more", "a bomb of 200 MB"),
}
_NOT_OF_SHAPE = {"another region", "another epoch", "one signature"}
"""What is a policy by its shape, and refused for whose it is or who signed it."""
IN_WORDS: Mapping[str, tuple[Mapping[str, bytes], set[str]]] = {
    "root": (
        test_root.BAD_ROOT,
        {
            *("a base of http", "a base without a slash", "a threshold beyond the keys"),
            *("one key in two roles", "one key twice in a role", "the root role's epoch is not the head's"),
            *_BAD_POINTS,
        },
    ),
    "trustlist": (test_trust_list.BAD_LIST, {"bins in falling order", "one bin twice"}),
    "bin": (
        test_trust_list.BAD_BIN,
        {
            *("issuers in falling order", "one issuer twice", "names in falling order", "two names of one day"),
            *("states in falling order", "key states in falling order", "two states of one second", "one key twice"),
            *("states without a key", "more keys than states", "a scope of an occupation beyond the dictionary"),
            *("a key of 31 bytes", "a step beyond the dictionary", "a scope that ends after 9999"),
            *("a scope that ends before 1970", "a name from before 1970", "a name from after 9999"),
            *("an end that makes no code", "a key: 31 bytes"),
            *_BAD_POINTS,
        },
    ),
    "checkpoint": (test_checkpoint.BAD_CHECKPOINT, {"names in falling order", "one name twice"}),
    "shard": (
        test_register.BAD_SHARD,
        {
            *("257 digests", "a first index that is no multiple of 256"),
            *(f"digests: {name}" for name in test_register.BAD_DIGESTS),
        },
    ),
    "register": (test_register.BAD_INDEX, {"half a hash"}),
    "bundle": (test_bundle.BAD_BUNDLE, set()),
    "status": (
        test_status_list.MALFORMED,
        {*_ZLIB, *(f"status {n} in the {half} bits" for n in (4, 5, 11, 13, 15) for half in ("low", "high"))},
    ),
    "recognition": (
        test_recognition.MALFORMED,
        {"two agreements with one partner", "states in falling order", "two states of one day"},
    ),
    "policy": (
        {name: data for name, data in vector_benefits.NOT_A_POLICY.items() if name not in _NOT_OF_SHAPE},
        set(),
    ),
    "benefits": (
        {name: vector_benefits.signed(claims) for name, claims in vector_benefits.UNREADABLE.items()},
        {
            *("two clauses of one id", "two lists of one id", "a list that is not there"),
            *("a division of another region", "a list of another region"),
        },
    ),
    "outer-claims": (test_claims.BAD_OUTER, set()),
    "claims": (
        {**test_claims.BAD_BODY, **test_claims.UNSUPPORTED},
        {
            *(f"{whose} own number in its long form" for whose in ("the issuer's", "a post's", "an ability's")),
            "an honour's own number in its long form",
        },
    ),
    "request": (
        test_request.BAD_REQUEST,
        {"serials in falling order", "serials of one place twice", "100,001 serials in all"},
    ),
    "receipt": (test_receipt.BAD_RECEIPT, {"a batch of nothing"}),
    "enrolment": (test_request.BAD_ENROLMENT, set()),
    "approval": (test_approval.BAD_APPROVAL, set()),
    "approver": (test_approval.BAD_APPROVER, set()),
}
"""By rule, what our parser refuses, and which of it is of the rule all the same: the page says that in words."""


@pytest.mark.parametrize("rule", IN_WORDS)
def test_what_the_parser_refuses_is_not_of_its_rule(rule: str) -> None:
    refused, in_words = IN_WORDS[rule]
    assert {name for name, data in refused.items() if cddl.fault(rule, data) is None} == in_words


# --- both ways: what a claim may be, the CDDL and the parser say alike ------------------------------------------------

_ODD: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 8),
    st.sampled_from([9999, 10_000, 10**9 - 1, 10**9, 2_932_896, 2_932_897, 2**53 - 1, 2**53]),
    st.sampled_from(
        ["", "x", "123X", "x" * 96, "x" * 97, "福" * 32, "福" * 33, CODE, CODE.lower(), "u" * 64, "u" * 65]
    ),
    st.binary(max_size=3),
    st.sampled_from([[], [0, 7], [0, 7, 0], [True, 7], {}, {1: [0, 7]}, {2: "x", 3: "x"}, {3: ""}, {"x": 0}]),
)


@given(st.sampled_from(list(EXAMPLES)), st.sampled_from([1, 4, 6, 65535, -65537, "idx", "uri", 7]), _ODD, st.booleans())
def test_any_outer_claim(kind: Kind, label: int | str, value: object, drop: bool) -> None:
    payload = cbor2.loads(claims.encode(EXAMPLES[kind]))
    target = payload[65535]["status_list"] if isinstance(label, str) else payload
    target.pop(label, None)
    if not drop:
        target[label] = value
    data = cbor2.dumps(payload, canonical=True)
    refused = reason_of(claims.decode_outer, data)
    assert refused in {None, "CLAIMS_SHAPE", "CBOR_TYPE"}
    assert (cddl.fault("outer-claims", data) is None) == (refused is None)


@given(st.sampled_from(list(EXAMPLES)), st.integers(0, 12), _ODD, st.sampled_from(["set", "pop", "add"]))
def test_any_element_of_a_body(kind: Kind, place: int, value: object, how: str) -> None:
    payload = cbor2.loads(claims.encode(EXAMPLES[kind]))
    body = payload[-65537]
    at = place % len(body)
    body[at : at + (how != "add")] = [] if how == "pop" else [value]
    data = cbor2.dumps(payload, canonical=True)
    refused = reason_of(lambda: claims.decode_body(claims.decode_outer(data)))
    assert refused in {None, "BODY_SHAPE", "UNSUPPORTED", "CBOR_TYPE"}
    assert (cddl.fault("claims", data) is None) == (refused is None)
