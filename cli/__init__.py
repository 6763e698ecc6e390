"""The command line, one module per command: `manifuse compare`, `train`, `bench`, `ops …`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import tyro

from ..apps.errors import DivergenceError, InputError
from .bench import Bench
from .compare import Compare
from .errors import UsageError
from .ops import Ops
from .train import Train


@dataclass(frozen=True)
class Manifuse:
    """Neural networks on curved spaces."""

    command: (
        Annotated[Compare, tyro.conf.subcommand("compare")]
        | Annotated[Train, tyro.conf.subcommand("train")]
        | Annotated[Bench, tyro.conf.subcommand("bench")]
        | Annotated[Ops, tyro.conf.subcommand("ops")]
        | Annotated[None, tyro.conf.subcommand("version")]
    )

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        if self.command is None:
            from .. import __version__

            print(__version__)
            return 0
        return self.command()


def parse(arguments: Sequence[str] | None = None) -> Manifuse:
    """Read a command line; what cannot be read ends the process with a message."""
    return tyro.cli(
        Manifuse,
        args=arguments,
        prog="manifuse",
        config=(tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes, tyro.conf.CascadeSubcommandArgs),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 2 for bad input, 1 for a result that is bad."""
    from ..compile.algebra import SpecError

    try:
        return parse(arguments)()
    except (UsageError, InputError, SpecError) as error:
        print(f"manifuse: {error}", file=sys.stderr)
        return 2
    except DivergenceError as error:
        print(f"manifuse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("manifuse: interrupted", file=sys.stderr)
        return 130
