"""What `/metrics` tells: every trouble has its number, Prometheus takes it, and what is drawn of it is there."""

import json
import re
import shutil
import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.config.load import Config
from bot.store import workers
from bot.store.outbox import served, troubles
from bot.watch import notices
from bot.watch.state import state
from bot.web.metrics import Metrics
from tests import troubled
from tests.desk import NOON, Desk
from tests.world import ROOT

Samples = dict[str, list[tuple[dict[str, str], float]]]
DEPLOY = ROOT / "deploy"
WORDS = {"by", "le", "sum", "max", "rate", "increase", "time", "absent", "histogram_quantile"}
"""What stands in an expression and is no metric."""


def told(desk: Desk, config: Config) -> str:
    found = desk.store.call(state, config, NOON)
    metrics = Metrics()
    metrics.answered(200, 0.01)
    metrics.answered(500, 0.01)
    return metrics.text(2, found).decode()


def samples(text: str) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            found.setdefault(one.name, []).append((one.labels, one.value))
    return found


def value(found: Samples, name: str, **labels: str) -> float:
    (one,) = [number for its, number in found[name] if labels.items() <= its.items()]
    return one


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return troubled.configured(tmp_path)


@pytest.fixture
def wrong(desk: Desk) -> Desk:
    troubled.go_wrong(desk)
    return desk


@pytest.mark.usefixtures("database")
def test_every_trouble_that_wants_a_person_has_a_number(wrong: Desk, config: Config) -> None:
    causes = Counter(cause.split(" ")[0] for cause in wrong.store.call(troubles.in_delivery, NOON))
    assert causes.keys() == notices._DELIVERY
    found = samples(told(wrong, config))
    counted = {(labels["of"], labels["why"]): number for labels, number in found["paperround_troubles"]}
    assert counted == {
        **{("telegram", why): causes[why] for why in (*troubled.OF_A_LANE, "renamed")},
        ("telegram", "refused"): 1.0,
        ("telegram", "stopped"): 0.0,
        ("telegram", "unheard"): 0.0,
        ("slack", "unheard"): 1.0,
        ("slack", "stopped"): 1.0,
        **{("slack", why): 0.0 for why in (*troubled.OF_A_LANE, "renamed")},
        **{("sources", why): 1.0 for why in ("stalled", "failed", "unread")},
        ("writer", "gone"): 1.0,
    }
    assert value(found, "paperround_source_state", source="silent", state="stalled") == 1
    assert value(found, "paperround_source_state", source="broken", state="failed") == 1
    assert value(found, "paperround_source_unread", source="torn") == 1
    assert value(found, "paperround_platform_state", platform="slack", state="stopped") == 1


def test_where_all_is_well_nothing_wants_a_person(desk: Desk, config: Config) -> None:
    desk.enqueue(1)
    desk.store.call(served.mark, NOON - timedelta(minutes=1))
    found = samples(told(desk, config))
    assert [labels for labels, number in found["paperround_troubles"] if number] == []
    assert value(found, "paperround_workers", kind="run") == 1


@pytest.mark.usefixtures("database")
def test_workers_that_live_are_counted_by_command(desk: Desk, config: Config) -> None:
    for name, kind in {"a": "run", "b": "work", "c": "work"}.items():
        desk.store.call(workers.join, name, kind)
    found = samples(told(desk, config))
    assert {labels["kind"]: number for labels, number in found["paperround_workers"]} == {
        "run": 1,
        "once": 0,
        "work": 2,
    }


@pytest.mark.usefixtures("database")
def test_papers_are_counted_by_the_state_of_their_destination(wrong: Desk, config: Config) -> None:
    found = samples(told(wrong, config))
    where = {labels["state"]: number for labels, number in found["paperround_destinations"]}
    assert where == {"open": 0, "refused": 0, "closed": 0} | {"open": 3, "refused": 1, "closed": 1}
    waiting = {
        labels["state"]: number for labels, number in found["paperround_waiting"] if labels["platform"] == "telegram"
    }
    # Two papers each: of the closed one none waits, of the parked one the other.
    assert waiting == {"open": 3, "paused": 2, "refused": 2}
    messages = {
        labels["state"]: number for labels, number in found["paperround_messages"] if labels["platform"] == "telegram"
    }
    assert messages == {"pending": 2, "sending": 0, "unsure": 1}


def test_nothing_that_a_platform_or_source_said_is_told(wrong: Desk, config: Config) -> None:
    text = told(wrong, config)
    for word in ("secret", "@mine", "-1001", "HTTP 500"):
        assert word not in text


def test_promtool_finds_nothing(wrong: Desk, config: Config) -> None:
    done = _promtool("check", "metrics", said=told(wrong, config))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_prometheus_takes_every_rule_and_expression(tmp_path: Path) -> None:
    rules = [{"record": f"a:b{number}", "expr": one} for number, one in enumerate(expressions())]
    (tmp_path / "drawn.yml").write_text(json.dumps({"groups": [{"name": "drawn", "rules": rules}]}))  # JSON is YAML
    for path in (tmp_path / "drawn.yml", DEPLOY / "alerts.yml"):
        done = _promtool("check", "rules", str(path))
        assert done.returncode == 0, done.stdout + done.stderr


def _promtool(*words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not here: it comes with Debian's prometheus")
    return subprocess.run([program, *words], input=said, capture_output=True, text=True, check=False)


def expressions() -> list[str]:
    """Those of the dashboard, and of the alerts, which stand on a line each."""
    drawn = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    panels = [target["expr"].replace("$__rate_interval", "5m") for one in drawn for target in one.get("targets", ())]
    return panels + re.findall(r"^ +expr: (.+)$", (DEPLOY / "alerts.yml").read_text(), re.MULTILINE)


def not_there(expression: str, found: Samples) -> list[str]:
    """The metrics, labels and values of an expression that `/metrics` does not tell."""
    lost = []
    labels: set[str] = set()
    for name, matchers in re.findall(r"\b(paperround_\w+)(?:\{([^}]*)\})?", expression):
        its = [one for one, _ in found.get(name, ())]
        labels |= {label for one in its for label in one}
        lost += [] if its else [name]
        for label, values in re.findall(r'(\w+)=~?"([^"]*)"', matchers):
            lost += [
                f'{name}{{{label}="{one}"}}'
                for one in values.split("|")
                if one not in {its_.get(label) for its_ in its}
            ]
    grouped = re.findall(r"\bby \(([^)]*)\)", expression)
    lost += [label for some in grouped for label in re.split(r", *", some) if label not in labels]
    left = re.sub(r'\{[^}]*\}|"[^"]*"|\[\w+\]|by \([^)]*\)|paperround_\w+', "", expression)
    return lost + [word for word in re.findall(r"[a-z_]+", left) if word not in WORDS]


def test_all_that_is_drawn_and_alerted_by_is_there(wrong: Desk, config: Config) -> None:
    found = samples(told(wrong, config))
    assert len(expressions()) > 30
    assert [(one, lost) for one in expressions() if (lost := not_there(one, found))] == []


@pytest.mark.parametrize(
    "planted", ["paperround_paper", 'paperround_waiting{state="shut"}', "sum by (chat) (paperround_waiting)"]
)
def test_a_planted_mistake_is_found(wrong: Desk, config: Config, planted: str) -> None:
    assert not_there(planted, samples(told(wrong, config)))


def test_all_that_is_told_is_drawn_or_explained(wrong: Desk, config: Config) -> None:
    """A number that nobody hears of is none."""
    page = (ROOT / "docs" / "watching.md").read_text()
    names = {family.name for family in text_string_to_metric_families(told(wrong, config))}
    assert sorted(name for name in names if not name.endswith("_created") and f"`{name}" not in page) == []
    alerts = re.findall(r"alert: (\w+)", (DEPLOY / "alerts.yml").read_text())
    assert [name for name in alerts if f"`{name}`" not in page] == []
