"""The house: packages and wheel, the floors between rooms, and what an import costs."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import manifuse

ROOT = Path(__file__).resolve().parent.parent
BESIDE_THE_HOUSE = {"tests", "benchmarks", "docs", "build", "dist"}

# A room imports from lower floors only; cli/ and the root's __init__.py stand above all of them.
FLOORS = {"compile": 1, "specs": 2, "manifolds": 2, "layers": 3, "optim": 3, "apps": 4}
# Distributions that a room never imports.
BANNED = {
    "specs": {"torch"},
    "manifolds": {"sympy", "mpmath"},
    "layers": {"sympy", "mpmath"},
    "optim": {"sympy", "mpmath"},
}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def in_the_house(path: Path) -> bool:
    top = path.relative_to(ROOT).parts[0]
    return top not in BESIDE_THE_HOUSE and not top.startswith(".") and not top.endswith(".egg-info") and top != "venv"


def package_folders() -> set[Path]:
    """Give the folders of the package, relative to the root: those with an `__init__.py`, the root itself included."""
    found = {
        init.parent.relative_to(ROOT)
        for top in ROOT.iterdir()
        if top.is_dir() and not top.is_symlink() and in_the_house(top)
        for init in top.rglob("__init__.py")
    }
    return found | {Path()}


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imports(source: str, module: str, *, is_package: bool = False) -> Iterator[tuple[int, str]]:
    """Yield line and absolute name of every import in a module, wherever it stands: `from a import b` is a and a.b."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield node.lineno, name
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names)


def violations(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """List the imports of `manifuse.<room>...` that its floor doesn't allow."""
    room = module.split(".")[1]
    found = []
    for line, name in imports(source, module, is_package=is_package):
        parts = name.split(".")
        if parts[0] in BANNED.get(room, ()):
            found.append(f"{module}:{line}: {room} must not import {parts[0]}")
        if parts[0] == "manifuse" and len(parts) > 1:
            other = parts[1]
            if other == "cli" or (other in FLOORS and other != room and FLOORS[other] >= FLOORS[room]):
                found.append(f"{module}:{line}: {room} must not import {other} (same floor or above)")
    return found


def test_every_package_folder_is_listed() -> None:
    listed = pyproject()["tool"]["setuptools"]["packages"]
    folders = {".".join(["manifuse", *folder.parts]) for folder in package_folders()}
    assert set(listed) == folders
    assert len(listed) == len(set(listed))


def test_every_folder_of_modules_is_a_package() -> None:
    tops = [top for top in ROOT.iterdir() if top.is_dir() and not top.is_symlink() and in_the_house(top)]
    folders = {module.parent.relative_to(ROOT) for top in tops for module in top.rglob("*.py")}
    assert folders <= package_folders()


def test_version_is_the_same_everywhere() -> None:
    assert pyproject()["project"]["version"] == manifuse.__version__


def test_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    # Built from a copy: setuptools leaves a build folder in the source, and a later wheel takes in its stale files.
    source = tmp_path / "source"
    beside = shutil.ignore_patterns(".*", "build", "dist", "venv", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, source, ignore=beside)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--quiet"]
    done = subprocess.run([*build, "-w", str(tmp_path), str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        f"manifuse/{module.relative_to(ROOT).as_posix()}"
        for folder in package_folders()
        for module in (ROOT / folder).glob("*.py")
    }
    assert held == expected | {"manifuse/py.typed"}


@pytest.mark.parametrize("room", FLOORS)
def test_floors_are_respected(room: str) -> None:
    found = []
    for path in modules(room):
        relative = path.relative_to(ROOT)
        is_package = path.name == "__init__.py"
        parts = relative.parent.parts if is_package else relative.with_suffix("").parts
        found += violations(path.read_text(encoding="utf-8"), ".".join(["manifuse", *parts]), is_package=is_package)
    assert found == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("manifuse.specs.ambient", "import torch"),
        ("manifuse.specs.ambient", "def f():\n    from torch.nn import Linear"),
        ("manifuse.specs.ambient", "from ..manifolds import base"),
        ("manifuse.compile.build", "from ..specs.ambient import dist"),
        ("manifuse.compile.build", "from .. import manifolds"),
        ("manifuse.compile.build", "import manifuse.layers"),
        ("manifuse.compile.build", "from ..cli import main"),
        ("manifuse.manifolds.lorentz", "from ..specs import ambient"),
        ("manifuse.manifolds.lorentz", "from manifuse.optim import sgd"),
        ("manifuse.manifolds.generated.lorentz", "from ...specs import ambient"),
        ("manifuse.manifolds.lorentz", "import sympy as sp"),
        ("manifuse.layers.affine", "from ..optim.sgd import RiemannianSGD"),
    ],
)
def test_floor_check_finds_a_violation(module: str, source: str) -> None:
    assert len(violations(source, module)) >= 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("manifuse.specs.ambient", "from ..compile.algebra import dot"),
        ("manifuse.specs.textbook", "import mpmath"),
        ("manifuse.compile.derive", "import sympy, torch"),
        ("manifuse.manifolds.generated.lorentz", "from ...compile import runtime\nfrom .. import base"),
        ("manifuse.layers.affine", "from ..manifolds import Manifold\nfrom .norm import BatchNorm1d"),
    ],
)
def test_floor_check_passes_what_is_allowed(module: str, source: str) -> None:
    assert violations(source, module) == []


def test_floor_check_resolves_imports_of_a_package() -> None:
    assert violations("from ..specs import ambient", "manifuse.manifolds", is_package=False) == []
    assert violations("from ..specs import ambient", "manifuse.manifolds", is_package=True) != []


def test_import_does_not_load_the_algebra(tmp_path: Path) -> None:
    heavy = ("sympy", "mpmath", "matplotlib", "sklearn", "torch_geometric")
    program = f"import sys, manifuse; print(*[name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == []
