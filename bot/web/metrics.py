"""What a monitoring system asks (Prometheus): requests, sources, deliveries. No address, name of a chat or secret."""

from collections.abc import Mapping, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.store.outbox.standing import Total
from bot.watch.status import SourceStatus

CONTENT_TYPE = CONTENT_TYPE_LATEST
_STATES = ("ok", "quiet", "stalled", "failed")


class Metrics:
    """The numbers of one server."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._requests = Counter("paperround_requests", "Answers of the web server.", ["status"], registry=own)
        self._of_status: dict[int, Counter] = {}
        self._seconds = Histogram(
            "paperround_request_seconds",
            "How long answers took.",
            buckets=(0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 2, 10),
            registry=own,
        )
        self._papers = Gauge("paperround_papers", "Papers in the archive.", registry=own)
        self._source = Gauge("paperround_source_state", "1 for a source's state.", ["source", "state"], registry=own)
        self._deliveries = Gauge("paperround_deliveries", "Papers by delivery.", ["platform", "state"], registry=own)

    def answered(self, status: int, seconds: float) -> None:
        """Count an answer."""
        counter = self._of_status.get(status)
        if counter is None:  # looking a label up costs as much as all the rest
            counter = self._of_status[status] = self._requests.labels(str(status))
        counter.inc()
        self._seconds.observe(seconds)

    def text(self, papers: int, sources: Sequence[SourceStatus], totals: Mapping[str, Total]) -> bytes:
        """All of them in Prometheus' text format; `totals` by platform."""
        self._papers.set(papers)
        for source in sources:
            for state in _STATES:
                self._source.labels(source.name, state).set(source.state == state)
        for platform, total in totals.items():
            for state, count in total._asdict().items():
                self._deliveries.labels(platform, state).set(count)
        return generate_latest(self._registry)
