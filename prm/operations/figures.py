"""The same figures for Prometheus: counted when asked, so that every process of the web says the same."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from prm.operations import selectors

__all__ = ["CONTENT_TYPE", "exposition"]


class Figures(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield from self.jobs()
        outbox = selectors.outbox(self.now)
        yield gauge("prm_outbox_waiting", "Notices that are due and undelivered", outbox.waiting)
        oldest = (self.now - outbox.oldest).total_seconds() if outbox.oldest else 0
        yield gauge("prm_outbox_oldest_seconds", "Seconds since the first of them was due", oldest)
        yield gauge("prm_outbox_parked", "Notices that were given up", outbox.parked)
        for reading, count in selectors.readings(self.now):
            yield gauge(f"prm_{reading.name}", str(reading.title), count)

    def jobs(self) -> Iterator[Metric]:
        ages = GaugeMetricFamily("prm_job_age_seconds", "Seconds since the last success", labels=["job"])
        late = GaugeMetricFamily("prm_job_late", "1 when two periods went by without success", labels=["job"])
        for state in selectors.jobs(self.now):
            if state.succeeded_at:
                ages.add_metric([state.job.name], (self.now - state.succeeded_at).total_seconds())
            late.add_metric([state.job.name], float(state.late))
        yield from (ages, late)


def gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=value)


def exposition(now: datetime) -> bytes:
    """Prometheus' text format 0.0.4."""
    registry = CollectorRegistry()
    registry.register(Figures(now))
    return generate_latest(registry)
