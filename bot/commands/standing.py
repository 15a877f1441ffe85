"""`subscriptions` on the command line, with the commands that it has below it."""

import click

from bot.commands.arguments import WordedLast
from bot.commands.everywhere import Options, everywhere


@click.group(invoke_without_command=True)
@click.option("--of", default="", metavar="DESTINATION", help="Those of one destination alone.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@everywhere
@click.pass_context
def subscriptions(context: click.Context, *, of: str, as_json: bool) -> None:
    """Every standing query, whoever made it; import, export and remove those that are not the file's."""
    if context.invoked_subcommand is not None:
        return
    from bot.commands.subscriptions import listed

    options: Options = context.obj
    raise SystemExit(listed(options.config, verbose=options.verbose, of=of, as_json=as_json))


@subscriptions.command("import")
@click.argument("file")
@everywhere
@click.pass_obj
def import_(options: Options, file: str) -> None:
    """Take the subscriptions of FILE (or -), a JSON object a line; `to` and `query` name one."""
    from bot.commands.subscriptions import take

    raise SystemExit(take(options.config, verbose=options.verbose, file=file))


@subscriptions.command("export")
@everywhere
@click.pass_obj
def export_subscriptions(options: Options) -> None:
    """All but the file's, as lines that `import` reads."""
    from bot.commands.subscriptions import exported

    raise SystemExit(exported(options.config, verbose=options.verbose))


@subscriptions.command(cls=WordedLast)
@click.argument("destination")
@click.argument("query", default="")
@everywhere
@click.pass_obj
def remove(options: Options, destination: str, query: str) -> None:
    """End the subscriptions of DESTINATION, or the one of QUERY; the file's stay."""
    from bot.commands.subscriptions import remove as end

    raise SystemExit(end(options.config, verbose=options.verbose, destination=destination, query=query))
