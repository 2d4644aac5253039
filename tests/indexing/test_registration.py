"""From what the user typed to sources."""

from pathlib import Path

import pytest

from asterisk_search.errors import SourceMissing, UsageError
from asterisk_search.indexing.registration import refuse_inside, resolve, resolve_all
from asterisk_search.records import SourceSpec


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "My  notes"
    (folder / "inner").mkdir(parents=True)
    (folder / ".obsidian").mkdir()
    (folder / "a.md").write_text("a")
    (folder / "inner" / "b.md").write_text("b")
    return folder


def test_a_new_source_is_named_for_its_folder(vault: Path) -> None:
    spec = resolve(str(vault), [])
    assert spec == SourceSpec("My-notes", "vault", str(vault), ())


def test_a_link_to_a_registered_source_is_that_source(vault: Path, tmp_path: Path) -> None:
    known = resolve(str(vault), [])
    (tmp_path / "link").symlink_to(vault)
    assert resolve(str(tmp_path / "link"), [known]) == known
    assert resolve(f"{vault}/../My  notes/", [known]) == known


def test_new_exclusions_replace_the_old_ones_and_none_keep_them(vault: Path) -> None:
    known = resolve(str(vault), [], exclude=["x/"])
    assert resolve(str(vault), [known]).exclude == ("x/",)
    assert resolve(str(vault), [known], exclude=["y/"]).exclude == ("y/",)


def test_another_name_for_a_registered_folder_is_refused(vault: Path) -> None:
    known = resolve(str(vault), [])
    assert resolve(str(vault), [known], name="my-NOTES") == known
    with pytest.raises(UsageError, match="already indexed"):
        resolve(str(vault), [known], name="other")


def test_a_taken_name_is_refused(vault: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    known = SourceSpec("Taken", "vault", str(tmp_path / "elsewhere"), ("x/",))
    with pytest.raises(UsageError, match="already is a source"):
        resolve(str(vault), [known], name="taken")
    (tmp_path / "elsewhere").rmdir()
    assert resolve(str(vault), [known], name="taken") == SourceSpec(
        "Taken", "vault", str(vault), ("x/",)
    ), "it has moved"


def test_another_type_for_a_registered_folder_is_refused_with_what_to_do(
    vault: Path, tmp_path: Path
) -> None:
    known = resolve(str(vault), [], name="mine", exclude=["x/"])
    assert resolve(str(vault), [known], as_type="vault") == known
    for path in (vault, vault / "inner"):
        with pytest.raises(UsageError, match="indexed already, as 'mine' of the type vault") as no:
            resolve(str(path), [known], as_type="files")
        again = f"index '{vault}' --type files --name mine --exclude x/`"
        assert "`asterisk-search source remove mine`" in no.value.hint
        assert again in no.value.hint
    vault.rename(tmp_path / "moved")
    with pytest.raises(UsageError, match="of the type vault"):
        resolve(str(tmp_path / "moved"), [known], name="mine", as_type="files")


@pytest.mark.parametrize(
    ("name", "exclude"), [("a\udcff", None), ("\x1b[2J", None), (None, ["\udcff"]), (None, ["!"])]
)
def test_names_and_patterns_that_would_do_harm_are_refused(
    vault: Path, name: str | None, exclude: list[str] | None
) -> None:
    with pytest.raises(UsageError):
        resolve(str(vault), [], name=name, exclude=exclude)


def test_a_folder_name_cannot_carry_control_characters_into_the_source_name(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "x\x1b]0;P\x07y"
    folder.mkdir()
    (folder / "a.md").write_text("a")
    assert not set(resolve(str(folder), []).name) & {"\x1b", "\x07"}


def test_folders_inside_one_another_are_never_two_sources(vault: Path) -> None:
    outer = resolve(str(vault), [])
    inner = resolve(str(vault / "inner"), [])
    assert resolve(str(vault / "inner"), [outer]) == outer
    assert resolve(str(vault / "a.md"), [outer]) == outer
    with pytest.raises(UsageError, match="overlaps"):
        resolve(str(vault), [inner])
    with pytest.raises(UsageError, match="overlaps"):
        resolve(str(vault / "inner"), [outer], name="mine")


def test_what_is_no_source_says_why(vault: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="there is no folder"):
        resolve(str(tmp_path / "nowhere"), [])
    with pytest.raises(UsageError, match="is a file"):
        resolve(str(vault / "a.md"), [])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no notes"):
        resolve(str(tmp_path / "empty"), [])


def test_an_empty_path_and_an_unknown_home_are_no_folders() -> None:
    with pytest.raises(UsageError, match="empty path"):
        resolve("", [])
    with pytest.raises(SourceMissing):
        resolve("~nosuchuser/notes", [])


def test_the_index_does_not_live_among_the_notes(vault: Path) -> None:
    refuse_inside(vault.parent / "data", [str(vault)])
    with pytest.raises(UsageError, match="lies inside"):
        refuse_inside(vault / "data", [str(vault)])


def test_several_paths_that_mean_one_source_are_one(vault: Path) -> None:
    assert len(resolve_all([str(vault), str(vault / "inner")], [])) == 1
    with pytest.raises(UsageError, match="exactly one"):
        resolve_all([str(vault), str(vault)], [], name="x")
