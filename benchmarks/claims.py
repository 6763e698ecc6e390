"""Claims of papers, tried at small scale; a table and a verdict for each go to docs/claims/.

    python -m benchmarks.claims spherenet --help

One module per paper. A run that was killed goes on where it was stopped.
"""

from __future__ import annotations

from collections.abc import Callable

import tyro

from .claim_spherenet import SphereNetClaims

CLAIMS: dict[str, Callable[..., Callable[[], None]]] = {"spherenet": SphereNetClaims}


def main() -> None:
    tyro.extras.subcommand_cli_from_dict(CLAIMS)()


if __name__ == "__main__":
    main()
