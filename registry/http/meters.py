"""What the service counts about itself while it runs: requests by route, method and status, and how long they took."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds; a batch of 10,000 certificates takes some of the largest."""


class Meters:
    """The counts of one application, in a collection of its own: two in one process do not mix."""

    def __init__(self) -> None:
        self.collected = CollectorRegistry()
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        ProcessCollector(registry=self.collected)
        self._requests = Counter(
            "yinxin_http_requests",
            "Requests answered, by route, method and status.",
            ("route", "method", "status"),
            registry=self.collected,
        )
        self._seconds = Histogram(
            "yinxin_http_request_seconds",
            "Seconds until an answer was made, by route.",
            ("route",),
            buckets=BUCKETS,
            registry=self.collected,
        )

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        requests, durations = self._of(route, method, status)
        requests.inc()
        durations.observe(seconds)

    def _of(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        key = route, method, status
        found = self._known.get(key)
        if found is None:
            found = self._requests.labels(route, method, str(status)), self._seconds.labels(route)
            self._known[key] = found
        return found
