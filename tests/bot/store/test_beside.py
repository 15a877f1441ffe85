"""Commands that look, beside a `run` that collects, serves and sends: they take nothing from it."""

from tests.faults import losses


def test_what_run_commits_outlives_those_who_look_and_a_kill() -> None:
    """Closing a descriptor of the database once let others delete the journal that `run` wrote to."""
    for what, held, figures in losses.looked_at(quick=True):
        assert held, f"{what}: {figures}"
