"""What a monitoring system asks (Prometheus): requests, sources, deliveries. No address, name of a chat or secret.

What happened is kept in the database, so whoever answers tells the same; requests are this process's own. What each of
them means, and when to worry: docs/watching.md.
"""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.channels.channel import Kind
from bot.rules import lags
from bot.store import happened
from bot.watch.state import State

CONTENT_TYPE = CONTENT_TYPE_LATEST
_STATES = ("ok", "quiet", "stalled", "failed")
_ANSWERS = (happened.SENT, happened.FOUND, happened.LIMITED, *(kind.value for kind in Kind))
_READINGS = ("ok", "partly", "failed", happened.LIMITED)


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

    def answered(self, status: int, seconds: float) -> None:
        """Count an answer."""
        counter = self._of_status.get(status)
        if counter is None:  # looking a label up costs as much as all the rest
            counter = self._of_status[status] = self._requests.labels(str(status))
        counter.inc()
        self._seconds.observe(seconds)

    def text(self, papers: int, state: State) -> bytes:
        """All of them in Prometheus' text format."""
        watched = CollectorRegistry()
        watched.register(_Watched(papers, state))
        return generate_latest(self._registry) + generate_latest(watched)


class _Watched(Collector):
    """What all processes tell alike."""

    def __init__(self, papers: int, state: State) -> None:
        self._papers = papers
        self._state = state
        self._counts = {(one.what, one.whose, one.how): one for one in state.happened}

    def collect(self) -> Iterator[Metric]:
        """All of it, in order."""
        yield _gauge("papers", "Papers in the archive.", self._papers)
        yield from self._of_sources()
        yield from self._of_rounds()
        yield from self._of_platforms()
        yield from self._of_sends()
        yield self._troubles()

    def _of_sources(self) -> Iterator[Metric]:
        state = GaugeMetricFamily("paperround_source_state", "1 for a source's state.", labels=["source", "state"])
        success = _by_source("source_last_success_timestamp_seconds", "When a source was last read without a failure.")
        new = _by_source("source_last_new_timestamp_seconds", "When a source last gave a paper that was new in it.")
        unread = _by_source("source_unread", "Parts of a source that cannot be read for now, such as a mail.")
        papers = CounterMetricFamily(
            "paperround_source_papers", "Papers that a source gave and had not given before.", labels=["source"]
        )
        fetches = CounterMetricFamily(
            "paperround_fetches", "Readings of a source, by how they went.", labels=["source", "outcome"]
        )
        for one in self._state.sources:
            for word in _STATES:
                state.add_metric([one.name, word], one.state == word)
            if moments := self._state.moments.get(one.name):
                success.add_metric([one.name], moments.success)
                new.add_metric([one.name], moments.new)
            unread.add_metric([one.name], len(one.unread))
            papers.add_metric([one.name], self._times(happened.NEW, one.name))
            for how in _READINGS:
                fetches.add_metric([one.name, how], self._times(happened.FETCH, one.name, how))
        yield from (state, success, new, unread, papers, fetches)

    def _of_rounds(self) -> Iterator[Metric]:
        rounds = CounterMetricFamily("paperround_rounds", "Rounds that are over, by command.", labels=["by"])
        seconds = CounterMetricFamily("paperround_round_seconds", "How long they took in all.", labels=["by"])
        last = GaugeMetricFamily(
            "paperround_last_round_timestamp_seconds", "When the last round was over.", labels=["by"]
        )
        for by in ("run", "once"):
            one = self._counts.get((happened.ROUND, "", by))
            rounds.add_metric([by], one.times if one else 0)
            seconds.add_metric([by], one.total if one else 0)
            last.add_metric([by], one.last if one else 0)
        workers = GaugeMetricFamily("paperround_workers", "Processes that are at work, by command.", labels=["kind"])
        for kind, count in self._state.writers.at_work.items():
            workers.add_metric([kind], count)
        at_work = self._state.writers.last
        yield from (rounds, seconds, last, workers)
        yield _gauge(
            "last_at_work_timestamp_seconds",
            "When somebody who collects and sends was last at work.",
            at_work.timestamp() if at_work else 0,
        )
        matches = CounterMetricFamily("paperround_matches", "Papers found for destinations by their subscriptions.")
        matches.add_metric([], self._times(happened.MATCH))
        yield matches
        yield _gauge("papers_to_match", "Papers that are still to be matched.", self._state.marked)

    def _of_platforms(self) -> Iterator[Metric]:
        deliveries = _of_platform("deliveries", "Papers by delivery.")
        waiting = _of_platform("waiting", "Papers that wait, by the state of their destination.")
        destinations = _of_platform("destinations", "Destinations by state.")
        messages = _of_platform("messages", "Messages that are not settled, by state.")
        state = _of_platform("platform_state", "1 for a platform's state.")
        for platform, its in self._state.platforms.items():
            rows = (
                (deliveries, its.papers._asdict()),
                (waiting, its.waiting),
                (destinations, its.destinations),
                (messages, its.messages),
            )
            for family, counts in rows:
                for word, count in counts.items():
                    family.add_metric([platform, word], count)
            paused = its.paused_until > self._state.now
            now = "stopped" if its.stopped else "paused" if paused else "ok"
            for word in ("ok", "paused", "stopped"):
                state.add_metric([platform, word], word == now)
        yield from (deliveries, waiting, destinations, messages, state)

    def _of_sends(self) -> Iterator[Metric]:
        sends = CounterMetricFamily(
            "paperround_sends", "Messages sent, by how the platform answered.", labels=["platform", "outcome"]
        )
        limited = CounterMetricFamily(
            "paperround_rate_limited", "Times that a platform told us to wait (429).", labels=["platform"]
        )
        last = GaugeMetricFamily(
            "paperround_last_send_timestamp_seconds", "When a message last arrived.", labels=["platform"]
        )
        lag = HistogramMetricFamily(
            "paperround_lag_seconds", "From a paper's announcement to its delivery.", labels=["platform"]
        )
        for platform in self._platforms():
            arrived = [self._counts.get((happened.SEND, platform, how)) for how in (happened.SENT, happened.FOUND)]
            for how in _ANSWERS:
                sends.add_metric([platform, how], self._times(happened.SEND, platform, how))
            asked = (happened.SEND, happened.ASK)
            limited.add_metric([platform], sum(self._times(what, platform, happened.LIMITED) for what in asked))
            last.add_metric([platform], max((one.last for one in arrived if one), default=0))
            lag.add_metric([platform], *self._steps(platform))
        yield from (sends, limited, last, lag)

    def _steps(self, platform: str) -> tuple[list[tuple[str, float]], float]:
        """So many papers took at most so long, for each step; and what they took in all."""
        bounds = [*map(str, lags.SECONDS), lags.BEYOND]
        mine = [self._counts.get((happened.LAG, platform, bound)) for bound in bounds]
        up_to = accumulate(one.times if one else 0 for one in mine)
        return list(zip(bounds, map(float, up_to), strict=True)), sum(one.total for one in mine if one)

    def _troubles(self) -> Metric:
        """All that a person should look at, by why: what notices and `status` tell by name."""
        troubles = GaugeMetricFamily(
            "paperround_troubles", "What wants a person, by why and of what.", labels=["of", "why"]
        )
        for word in ("stalled", "failed"):
            troubles.add_metric(["sources", word], sum(one.state == word for one in self._state.sources))
        troubles.add_metric(["sources", "unread"], sum(bool(one.unread) for one in self._state.sources))
        for platform, its in self._state.platforms.items():
            troubles.add_metric([platform, "stopped"], its.stopped)
            for why, count in its.troubles.items():
                troubles.add_metric([platform, why], count)
        troubles.add_metric(["writer", "gone"], not self._state.writers.come)
        return troubles

    def _platforms(self) -> list[str]:
        sent = {one.whose for one in self._state.happened if one.what == happened.SEND}
        return sorted(sent | self._state.platforms.keys())

    def _times(self, what: str, whose: str = "", how: str = "") -> int:
        one = self._counts.get((what, whose, how))
        return one.times if one else 0


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"paperround_{name}", meaning, value)


def _by_source(name: str, meaning: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"paperround_{name}", meaning, labels=["source"])


def _of_platform(name: str, meaning: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"paperround_{name}", meaning, labels=["platform", "state"])
