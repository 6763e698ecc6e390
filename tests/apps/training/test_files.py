"""Files are whole or absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifuse.apps.errors import InputError
from manifuse.apps.training import read_json, read_json_lines, replacing, write_json, write_json_lines


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    with replacing(path) as temporary:
        temporary.write_text("all of it")
        assert temporary.parent == path.parent
        assert not path.exists()
    assert path.read_text() == "all of it"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")

    def fail() -> None:
        with replacing(path) as temporary:
            temporary.write_text("half of")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    with replacing(path) as temporary:
        left = temporary
        temporary.write_text("{}")
    left.write_text('{"half": ')
    write_json(path, {"whole": [1, 2.5, None, "ü"]})
    assert read_json(path) == {"whole": [1, 2.5, None, "ü"]}
    assert list(tmp_path.iterdir()) == [path]


def test_json_lines_come_back(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    assert read_json_lines(path) == []
    records = [{"a": 1, "b": 0.1 + 0.2}, {"a": 2, "b": 1e-300}]
    write_json_lines(path, records)
    assert path.read_text().count("\n") == 2
    assert read_json_lines(path) == records
    write_json_lines(path, [])
    assert read_json_lines(path) == []


def test_json_has_no_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json_lines(tmp_path / "lines.jsonl", [{"loss": float("nan")}])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("second", ['{"a": ', "[1]", "text"])
def test_a_damaged_line_is_named(second: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"a": 1}\n' + second)
    with pytest.raises(InputError, match=r"lines\.jsonl, line 2: not"):
        read_json_lines(path)
