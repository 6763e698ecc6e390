"""Claims of papers, tried at small scale; a table and a verdict for each go to docs/.

    python -m benchmarks.claims {curvature,lhier,spherenet} --help

One module per paper.
"""

from __future__ import annotations

from collections.abc import Callable

import tyro

from .claim_curvature import CurvatureClaims
from .claim_lhier import HierarchyClaims
from .claim_spherenet import SphereNetClaims

CLAIMS: dict[str, Callable[..., Callable[[], None]]] = {
    "curvature": CurvatureClaims,
    "lhier": HierarchyClaims,
    "spherenet": SphereNetClaims,
}


def main() -> None:
    tyro.extras.subcommand_cli_from_dict(CLAIMS)()


if __name__ == "__main__":
    main()
