"""What goes with every command, or with several."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(slots=True)
class Options:
    """What goes with every command, given before or after it."""

    config: Path = Path("config.toml")
    given: bool = False
    """On the command line: it wins over the environment."""
    verbose: bool = False


def everywhere(command: F) -> F:
    """Accept --config and -v here."""

    def keep_config(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
        options = context.ensure_object(Options)
        given = context.get_parameter_source("config") is not ParameterSource.ENVIRONMENT
        if value is not None and (given or not options.given):
            options.config, options.given = value, given

    def keep_verbose(context: click.Context, _parameter: click.Parameter, value: bool) -> None:  # noqa: FBT001
        if value:
            context.ensure_object(Options).verbose = True

    config = click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="PAPERROUND_CONFIG",
        callback=keep_config,
        expose_value=False,
        help="The configuration file (default: config.toml, or $PAPERROUND_CONFIG).",
    )
    verbose = click.option(
        "-v", "--verbose", is_flag=True, callback=keep_verbose, expose_value=False, help="Debug logs, to stderr."
    )
    return config(verbose(command))


def everything(command: F) -> F:
    """Accept --all here."""
    return click.option(
        "--all", "everything", is_flag=True, help="Every destination ever known, not the file's alone."
    )(command)
