"""Words for what commands found: a round's end, a backtest, a search. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.commands.archive import Backtest, Found

if TYPE_CHECKING:  # a command that only looks imports no round
    from bot.commands.once import Result

_BAR = 40


def text_of(result: "Result", *, dry: bool = False) -> str:
    """What a round did, and what went wrong, each on a line."""
    report, tally = result.report, result.tally
    lines = [
        f"source {name}: {new} new papers, {report.updated.get(name, 0)} updated" for name, new in report.new.items()
    ]
    lines += [f"source {name}: {len(skips)} items skipped" for name, skips in report.skipped.items()]
    lines.append(f"feeds: {len(report.files)} files {'would be' if dry else ''} written".replace("  ", " "))
    if dry:
        lines += [f"  {name}" for name in report.files]
    lines += [f"{count} papers {'would be ' if dry else ''}sent to {name}" for name, count in tally.sent.items()]
    lines += [f"FAILED {_what(name)}: {one}" for name, reasons in report.failed.items() for one in reasons]
    lines += [f"FAILED {scheme}: refuses us: {reason}" for scheme, reason in tally.stopped.items()]
    lines += [f"PARKED {reason}" for reason in tally.parked]
    lines += [f"UNSENT {name}: {why}" for name, why in result.unsent.items()]
    return "\n".join(lines)


def _what(name: str) -> str:
    return name if name in {"publish", "round"} else f"source {name}"


def found_text(found: Sequence[Found]) -> str:
    """Papers, one a line, with the words that matched."""
    lines = [_line(one) for one in found]
    return "\n".join([*lines, f"{len(found)} papers"])


def backtest_text(told: Backtest) -> str:
    """The papers, a bar for each week, and what other spellings would have sent."""
    most = max((count for _, count in told.weeks), default=0)
    bars = [f"{week}  {count:4}  {_bar(count, most)}".rstrip() for week, count in told.weeks]
    rate = len(told.found) * 7 / told.days
    sentence = f"{len(told.found)} papers in {told.days} days, {rate:.1f} a week, match {told.query}"
    others = [f"{count:6}  {query}  ({change})" for change, query, count in told.others]
    table = ["", "other spellings", *others] if others else []
    return "\n".join([*(_line(one) for one in told.found), "", "week of      papers", *bars, *table, "", sentence])


def _bar(count: int, most: int) -> str:
    return "█" * round(_BAR * count / most) if most else ""


def _line(one: Found) -> str:
    words = f"  [{', '.join(one.words)}]" if one.words else ""
    return f"{one.paper.announced}  {one.paper.key}  {one.paper.title}{words}"
