"""Metrics: what they say, when a part is missing, and that they are nowhere but at their own address."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from credential.model import Status
from registry import metrics
from registry.publishing.lifetimes import CHECKPOINT_LIFETIME, STATUS_LIFETIME
from tests.registry.office import PORT, Office, batch, embedded_only, institution, run

Values = dict[tuple[str, ...], float]


def scraped(client: Client) -> Values:
    """Each value by its name and labels."""
    text = client.get("/metrics").text
    samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
    return {(each.name, *each.labels.values()): each.value for each in samples}


@pytest.fixture
def scraper(office: Office) -> Client:
    return Client(metrics.wsgi(office.app))


def test_what_a_scrape_says(office: Office, scraper: Client) -> None:
    assert office.register(PORT, *batch(office.indices(PORT, 3))).status_code == 200
    assert office.change(PORT, 0, Status.REVOKED).status_code == 200
    file_issuer_waits(office)
    office.publish()
    office.client.get("/v1/objects/00")
    told = scraped(scraper)
    expected: Values = {
        ("yinxin_database_up",): 1,
        ("yinxin_published",): 1,
        ("yinxin_published_seq",): 3,
        ("yinxin_database_seq",): 3,
        ("yinxin_publisher_failing",): 0,
        ("yinxin_issuers",): 2,
        ("yinxin_changes_unpublished",): 0,
        ("yinxin_second_approvals_waiting",): 1,
        ("yinxin_corrections_waiting",): 0,
        ("yinxin_requests_total",): 3,
        ("yinxin_registrations_total",): 3,
        ("yinxin_certificates", "valid"): 2,
        ("yinxin_certificates", "revoked"): 1,
        ("yinxin_certificates", "suspended"): 0,
        ("yinxin_status_changes_total", "revoked"): 1,
        ("yinxin_http_requests_total", "POST", "batches", "200"): 1,
        ("yinxin_http_requests_total", "GET", "object", "404"): 1,
        ("yinxin_http_request_seconds_count", "object"): 1,
    }
    assert {name: told.get(name) for name in expected} == expected
    assert told["yinxin_published_age_seconds",] <= 5
    expiring = {name[2]: value for name, value in told.items() if name[0] == "yinxin_expires_in_seconds"}
    assert sorted(expiring) == ["checkpoint", "root", "status_list", "trust_list"]
    assert CHECKPOINT_LIFETIME - 10 < expiring["checkpoint"] <= CHECKPOINT_LIFETIME
    assert STATUS_LIFETIME - 10 < expiring["status_list"] <= STATUS_LIFETIME


def file_issuer_waits(office: Office) -> None:
    """A filing that waits for its second operator."""
    common = ("--code", "Y000035020002", "--document", "闽人社备1号", "--date", "2025-01-01", "--operator", "lin")
    names = ("--name", "某某公司", "--kind", "Y", *institution("Y000035020002"))
    scope = ("--scope", "2022:6-31-01-03:3:2025-01-01")
    run(office.data, "issuer", "file", *common, *names, *scope)


def test_counts_of_many_rows_are_kept_for_a_while(
    office: Office, scraper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scraped(scraper)["yinxin_registrations_total",] == 0
    assert office.register(PORT, *batch(office.indices(PORT, 1))).status_code == 200
    assert scraped(scraper)["yinxin_registrations_total",] == 0
    monkeypatch.setattr(metrics, "COUNT_EVERY", -1.0)
    assert scraped(scraper)["yinxin_registrations_total",] == 1


@embedded_only
def test_what_cannot_be_had_is_left_out(office: Office, scraper: Client) -> None:
    office.service.store.close()
    (office.data / "registry.db").rename(office.data / "gone.db")
    (office.data / "registry.db").mkdir()
    told = scraped(scraper)
    assert (told["yinxin_database_up",], told["yinxin_published",]) == (0, 1)
    assert told["yinxin_expires_in_seconds", "", "checkpoint"] > 0
    assert ("yinxin_issuers",) not in told
    assert told["yinxin_clock_seconds",] > 0
    (office.data / "public" / "bundle.cbor").unlink()
    assert scraped(scraper)["yinxin_published",] == 0


@embedded_only
def test_they_are_nowhere_but_at_their_own_address(office: Office) -> None:
    assert office.client.get("/metrics").status_code == 404
    assert Client(metrics.wsgi(office.app)).get("/v1/region").status_code == 404
