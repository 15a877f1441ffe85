"""What stands in a line of a result stays in it, whatever a file is called."""

import errno
import io
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.commands import check, once, status
from bot.config.load import load
from bot.delivery.hands import Tally
from bot.intake import Report
from bot.process.folders import _reason
from bot.watch.status import SourceStatus, Status

NAME = "inbox/a\nFAILED source x: forged"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_a_name_with_a_line_end_is_told_in_one_line() -> None:
    report = Report(failed={"drop": [NAME]})
    source = SourceStatus("drop", "files", "failed", None, None, str(NOW), NAME, [NAME])
    assert once.lines_of(once.Result(report, Tally()))[-1] == "FAILED source drop: inbox/a FAILED source x: forged"
    text = status.text_of(Status([source], []), ZoneInfo("UTC"))
    assert "\nFAILED" not in text
    assert text.count("inbox/a FAILED source x: forged") == 2


async def test_check_tells_when_an_alert_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    alerts = [("daily 09:00", 'timezone = "Asia/Tokyo"'), ("weekly mon 08:30", ""), ("each", "")]
    file.write_text(
        "".join(
            f'[[alerts]]\nname = "a{number}"\nquery = "x"\nto = ["console:"]\ndeliver = "{deliver}"\n{zone}\n'
            for number, (deliver, zone) in enumerate(alerts)
        )
    )
    page = io.StringIO()
    await check.check(load(file, {}), page, send=False)
    told = [line for line in page.getvalue().splitlines() if line.startswith("alert ")]
    assert [line.rpartition(", ")[2] for line in told] == ["daily 09:00 Asia/Tokyo", "weekly mon 08:30 UTC", "each"]


def test_a_full_disk_wants_room_and_no_rights(tmp_path: Path) -> None:
    assert "make room there" in _reason(tmp_path, OSError(errno.ENOSPC, "No space left on device"))
    assert f"make {tmp_path} writable" in _reason(tmp_path, OSError(errno.EACCES, "Permission denied"))
