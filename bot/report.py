"""Words for what commands found: a round's end, a backtest, a search. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.archive import Found
from bot.once import Result

_BAR = 40


def text_of(result: Result, *, dry: bool = False) -> str:
    """What a round did, and what went wrong, each on a line."""
    report, tally = result.report, result.tally
    lines = [
        f"source {name}: {new} new papers, {report.updated.get(name, 0)} updated" for name, new in report.new.items()
    ]
    lines += [f"source {name}: {len(skips)} items skipped" for name, skips in report.skipped.items()]
    lines.append(f"feeds: {len(report.files)} files {'would be' if dry else ''} written".replace("  ", " "))
    if dry:
        lines += [f"  {name}" for name in report.files]
    lines += [f"{name}: {count} papers {'would be ' if dry else ''}sent" for name, count in tally.sent.items()]
    lines += [f"FAILED source {name}: {one}" for name, reasons in report.failed.items() for one in reasons]
    lines += [f"FAILED {scheme}: refuses us: {reason}" for scheme, reason in tally.stopped.items()]
    lines += [f"PARKED {reason}" for reason in tally.parked]
    lines += [f"UNSENT {name}: {why}" for name, why in result.unsent.items()]
    return "\n".join(lines)


def found_text(found: Sequence[Found]) -> str:
    """Papers, one a line, with the words that matched."""
    lines = [_line(one) for one in found]
    return "\n".join([*lines, f"{len(found)} papers"])


def backtest_text(query: str, days: int, found: Sequence[Found], weeks: Sequence[tuple[date, int]]) -> str:
    """The papers, then a bar for each week."""
    most = max((count for _, count in weeks), default=0)
    bars = [f"{week}  {count:4}  {'█' * round(_BAR * count / most) if most else ''}".rstrip() for week, count in weeks]
    rate = f"{len(found)} papers in {days} days, {len(found) * 7 / days:.1f} a week, match {query}"
    return "\n".join([*(_line(one) for one in found), "", "week of      papers", *bars, "", rate])


def _line(one: Found) -> str:
    words = f"  [{', '.join(one.words)}]" if one.words else ""
    return f"{one.paper.announced}  {one.paper.key}  {one.paper.title}{words}"
