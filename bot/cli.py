"""The command line: arguments in, words and exit codes out. A command imports what it needs."""

import gc
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import click

from bot.commands.arguments import Duration, Worded, WordedLast, called_as
from bot.commands.everywhere import Options
from bot.commands.everywhere import everything as _all
from bot.commands.everywhere import everywhere as _everywhere
from bot.commands.standing import subscriptions
from bot.process.heap import ends_soon
from bot.process.release import VERSION

_SEEN = "Better by the environment: others on the machine see a command's words."


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog="Start with: paperround demo")
@click.version_option(VERSION, prog_name="paperround")
@_everywhere
def cli() -> None:
    """The research world's newspaper round: new papers, filtered by keyword, where you already read."""
    _refuse_windows()


@cli.command()
@_everywhere
def demo() -> None:
    """One round on a digest that ships with the package: no credentials, no network."""
    from bot.commands.demo import demo as show

    raise SystemExit(show(sys.stdout, called_as()))


@cli.command()
@click.option("--source-url", metavar="URL", default="", help="Where papers come from (default: Daily Papers).")
@click.option("--query", default="", help="Which papers are wanted.")
@click.option("--to", metavar="DESTINATION", multiple=True, help="Where they are sent, again for each; or none.")
@click.option("--telegram-token", metavar="TOKEN", default="", help=f"Or $TELEGRAM_BOT_TOKEN. {_SEEN}")
@click.option("--telegram-api-url", metavar="URL", default="", help="A Bot API server of your own.")
@click.option("--slack-token", metavar="TOKEN", default="", help="Or $SLACK_BOT_TOKEN.")
@click.option("--slack-api-url", metavar="URL", default="", help="Where Slack's methods are.")
@click.option("--smtp", metavar="URL", default="", help="For mail: smtp://you@mail.example.org:587.")
@click.option("--from", "sender", metavar="ADDRESS", default="", help="Whom mails are from.")
@click.option("--smtp-password", metavar="WORD", default="", help="Or $SMTP_PASSWORD.")
@_everywhere
@click.pass_obj
def init(options: Options, /, **given: Any) -> None:
    """Make a first configuration: asks for what no flag gives, and tries each answer."""
    from bot.commands.init import Given, command

    raise SystemExit(command(options.config, Given(**given), verbose=options.verbose, program=called_as()))


@cli.command()
@click.option("--dry-run", is_flag=True, help="Show what would be sent and published; change nothing.")
@click.option("--wait", type=Duration(), default="10m", show_default=True, help="At most, for paces and pauses.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_everywhere
@click.pass_obj
def once(options: Options, *, dry_run: bool, wait: float, as_json: bool) -> None:
    """One whole round: collect, match, publish, deliver all that is due."""
    if dry_run:
        from bot.commands.dry_run import command as rehearse

        raise SystemExit(rehearse(options.config, verbose=options.verbose, as_json=as_json))
    from bot.commands.once import command

    raise SystemExit(command(options.config, verbose=options.verbose, wait=wait, as_json=as_json))


@cli.command()
@_everywhere
@click.pass_obj
def run(options: Options) -> None:
    """A round at once, then on the schedule, until SIGTERM, SIGHUP or Ctrl-C."""
    from bot.process.stopping import may_be_stopped_at_once

    may_be_stopped_at_once()
    from bot.commands.run import command

    raise SystemExit(command(options.config, verbose=options.verbose))


@cli.command()
@click.option("--concurrency", metavar="N", type=click.IntRange(1, 1000), default=32, show_default=True)
@_everywhere
@click.pass_obj
def work(options: Options, *, concurrency: int) -> None:
    """Deliver from a PostgreSQL database, one of any number of workers, until a signal."""
    from bot.process.stopping import may_be_stopped_at_once

    may_be_stopped_at_once()
    from bot.commands.work import command

    raise SystemExit(command(options.config, verbose=options.verbose, concurrency=concurrency))


@cli.command()
@_everywhere
@click.pass_obj
def serve(options: Options) -> None:
    """The web server alone: the site, the feeds, and any query as a feed."""
    from bot.process.stopping import may_be_stopped_at_once

    may_be_stopped_at_once()
    from bot.commands.serve import command

    raise SystemExit(command(options.config, verbose=options.verbose))


@cli.command()
@click.option("--send", is_flag=True, help="Send a test line to each destination.")
@_all
@_everywhere
@click.pass_obj
def check(options: Options, *, send: bool, everything: bool) -> None:
    """Validate the configuration and every credential."""
    from bot.commands.check import command

    raise SystemExit(command(options.config, verbose=options.verbose, send=send, everything=everything))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_all
@_everywhere
@click.pass_obj
def status(options: Options, *, as_json: bool, everything: bool) -> None:
    """Every source and destination: what went well, what waits, what needs you."""
    from bot.commands.status import command

    raise SystemExit(command(options.config, verbose=options.verbose, as_json=as_json, everything=everything))


@cli.command()
@click.argument("destination")
@_everywhere
@click.pass_obj
def retry(options: Options, destination: str) -> None:
    """Reopen DESTINATION and put its parked deliveries back."""
    from bot.commands.retry import command

    raise SystemExit(command(options.config, verbose=options.verbose, destination=destination))


@cli.command(cls=WordedLast)
@click.argument("destination")
@click.argument("query", default="")
@_everywhere
@click.pass_obj
def skip(options: Options, destination: str, query: str) -> None:
    """Drop what waits for DESTINATION, or what of it QUERY matches: it is never sent."""
    from bot.commands.skip import command

    raise SystemExit(command(options.config, verbose=options.verbose, destination=destination, query=query))


cli.add_command(subscriptions)


@cli.command("try", cls=Worded)
@click.argument("query")
@click.option("--days", type=click.IntRange(1, 36500), default=30, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_everywhere
@click.pass_obj
def try_(options: Options, query: str, *, days: int, as_json: bool) -> None:
    """Backtest QUERY: which stored papers it would have sent, and how many a week."""
    from bot.commands.try_ import command

    raise SystemExit(command(options.config, verbose=options.verbose, query=query, days=days, as_json=as_json))


@cli.command(cls=Worded)
@click.argument("query")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_everywhere
@click.pass_obj
def search(options: Options, query: str, *, as_json: bool) -> None:
    """The stored papers that QUERY matches, newest first."""
    from bot.commands.search import command

    raise SystemExit(command(options.config, verbose=options.verbose, query=query, as_json=as_json))


@cli.command(cls=Worded)
@click.argument("query")
@click.option("--as", "form", type=click.Choice(["bibtex", "ris", "csl", "jsonl"]), default="bibtex", show_default=True)
@_everywhere
@click.pass_obj
def export(options: Options, query: str, *, form: Literal["bibtex", "ris", "csl", "jsonl"]) -> None:
    """The stored papers that QUERY matches, for a reference manager."""
    from bot.commands.export import command

    raise SystemExit(command(options.config, verbose=options.verbose, query=query, form=form))


@cli.command()
@click.argument("paper")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_all
@_everywhere
@click.pass_obj
def explain(options: Options, paper: str, *, as_json: bool, everything: bool) -> None:
    """One PAPER's way through: its id, DOI, address or title."""
    from bot.commands.explain import command

    shown = {"as_json": as_json, "everything": everything}
    raise SystemExit(command(options.config, verbose=options.verbose, paper=paper, **shown))


@cli.command()
@_everywhere
@click.pass_obj
def mcp(options: Options) -> None:
    """The archive for a program, by the Model Context Protocol over standard input and output."""
    from bot.commands.mcp import command

    raise SystemExit(command(options.config, verbose=options.verbose))


@cli.command()
@click.argument("file", type=click.Path())
@_everywhere
@click.pass_obj
def backup(options: Options, file: str) -> None:
    """Copy the database to FILE, beside a running process."""
    from bot.commands.backup import command

    raise SystemExit(command(options.config, verbose=options.verbose, file=file))


@cli.command()
@click.option("--to", required=True, metavar="URL", help="postgresql://user@host/name, or sqlite:///FILE.")
@click.option("--password-env", metavar="NAME", help="Its password's variable (default: database_password_env).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_everywhere
@click.pass_obj
def migrate(options: Options, *, to: str, password_env: str | None, as_json: bool) -> None:
    """Move the whole database to an empty one; nothing is sent again."""
    from bot.commands.migrate import command

    config, verbose = options.config, options.verbose
    raise SystemExit(command(config, verbose=verbose, to=to, password_env=password_env, as_json=as_json))


@cli.command()
@click.argument("source")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day (default: today, in UTC).")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_everywhere
@click.pass_obj
def backfill(options: Options, source: str, *, since: datetime, until: datetime | None, as_json: bool) -> None:
    """Fill the archive from the past of SOURCE; it goes on where it stopped, and alerts nobody."""
    from bot.commands.backfill import command

    days = since.date(), until.date() if until else None
    raise SystemExit(command(options.config, verbose=options.verbose, source=source, days=days, as_json=as_json))


def _refuse_windows() -> None:
    """One sentence where the system has not what the store and the lock are built on."""
    try:
        import fcntl  # noqa: F401
    except ImportError:
        told = "runs on Linux, macOS and other Unix systems; on Windows use it within WSL or Docker"
        sys.stderr.write(f"paperround: Paper Round {told}\n")
        raise SystemExit(2) from None


def main() -> None:
    """The console script."""
    # httpx brings a command line of its own, and with it rich's console and pygments: 0.1 s of each start (measured).
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # how Python is told that there is none
    ends_soon()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (to the end)
        else:
            stream.reconfigure(errors="replace")  # a terminal that cannot show a letter stops nothing
    try:
        cli(obj=Options(), prog_name="paperround")
    except OSError as error:
        from bot.process.refused import told

        raise SystemExit(told(error)) from None
    finally:
        gc.freeze()  # what is left need not be searched for garbage at the end
