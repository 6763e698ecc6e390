"""The folder of a run: new, resumed, or refused untouched."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifuse.apps.errors import InputError
from manifuse.apps.training import open_folder, read_json

OPTIONS = {"epochs": 3, "widths": [4, 4], "preset": None}


def contents(folder: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


@pytest.mark.parametrize("resume", [False, True])
def test_a_new_run_notes_its_options_and_versions(resume: bool, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "new"
    open_folder(folder, OPTIONS, resume=resume)
    saved = read_json(folder / "config.json")
    assert saved["options"] == OPTIONS
    assert {"manifuse", "torch", "cores"} <= saved["made_with"].keys()


def test_a_run_that_was_killed_at_once_starts(tmp_path: Path) -> None:
    (tmp_path / ".config.json.tmp").write_text('{"opt')
    open_folder(tmp_path, OPTIONS, resume=True)
    assert read_json(tmp_path / "config.json")["options"] == OPTIONS


def test_the_same_run_resumes(tmp_path: Path) -> None:
    open_folder(tmp_path, OPTIONS, resume=False)
    before = contents(tmp_path)
    open_folder(tmp_path, OPTIONS, resume=True)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("options", "resume", "reason"),
    [
        (OPTIONS, False, "another run; resume that one, or choose another name"),
        ({**OPTIONS, "epochs": 5}, True, "a run with epochs 3, not 5; choose"),
        ({**OPTIONS, "widths": [4, 8]}, True, "a run with widths 4 4, not 4 8; choose"),
        ({**OPTIONS, "new": 1}, True, "a run with new None, not 1; choose"),
    ],
)
def test_another_run_is_refused(options: dict[str, object], resume: bool, reason: str, tmp_path: Path) -> None:
    open_folder(tmp_path, OPTIONS, resume=False)
    before = contents(tmp_path)
    with pytest.raises(InputError, match=reason):
        open_folder(tmp_path, options, resume=resume)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize(("name", "text"), [("thesis.tex", "dear"), ("config.json", "{"), ("config.json", "[]")])
def test_foreign_files_are_refused(name: str, text: str, resume: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError):
        open_folder(tmp_path, OPTIONS, resume=resume)
    assert contents(tmp_path) == {name: text.encode()}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(InputError, match="choose another name"):
        open_folder(path, OPTIONS, resume=False)
    assert path.read_text() == "mine"
