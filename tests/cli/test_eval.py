"""`eval` as it is typed, on the example vault."""

import shutil
from pathlib import Path

from tests.cli.conftest import Shell
from tests.conftest import ROOT

FILE = ROOT / "examples" / "vault.eval.toml"


def test_eval_measures_every_mode_and_compares_configurations(shell: Shell, tmp_path: Path) -> None:
    assert shell("index", ROOT / "examples" / "vault", "-q").code == 0
    scores = shell("eval", FILE, "--json").json["scores"]
    by_name = {(row["mode"], row["category"]): row for row in scores}
    assert {mode for mode, _ in by_name} == {"hybrid", "keyword", "semantic"}
    assert by_name["hybrid", None]["queries"] == 10
    assert by_name["hybrid", None]["ndcg_5"] > 0.6
    assert by_name["hybrid", "keyword"]["hit_1"] == 1

    other = tmp_path / "other.toml"
    other.write_text("[index]\npassage_tokens = 100\n")
    shown = shell("eval", FILE, "--mode", "keyword", "--compare", other)
    assert shown.out.splitlines()[1].startswith("keyword")
    assert "+0.000" in shown.out
    assert "10 queries" in shown.err


def test_eval_compares_with_the_index_that_the_other_configuration_names(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    shell("index", vault, "-q")
    own, other = tmp_path / "own.jsonl", tmp_path / "other.toml"
    own.write_text('{"query": "majority", "expected": ["Raft"]}\n')
    other.write_text(f"data_dir = {str(tmp_path / 'elsewhere')!r}\n")
    assert shell("eval", own, "--compare", other).code == 3
    assert shell("--config", other, "index", vault, "-q").code == 0  # into the shell's own folder
    shutil.copytree(shell.data_dir, tmp_path / "elsewhere")
    assert shell("eval", own, "--compare", other).code == 0


def test_eval_names_the_line_of_a_note_that_is_none(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    shell("index", vault, "-q")
    own = tmp_path / "own.toml"
    own.write_text('\n\n[[query]]\ntext = "x"\nexpected = ["Rapht"]\n')
    typed = shell("eval", own)
    assert typed.code == 2
    assert f"{own}, line 3: no document answers to 'Rapht'" in typed.err
    assert "Raft.md" in typed.err


def test_eval_shows_what_answers_say_beside_their_results(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    shell("index", vault, "-q")
    own = tmp_path / "own.jsonl"
    own.write_text(
        '{"query": "majority", "expected": ["Raft"]}\n'
        '{"query": "#consensu leader", "expected": ["Raft"]}\n'
    )
    typed = shell("eval", own)
    assert typed.code == 0
    said = "line 2, #consensu leader: nothing has the tag #consensu (nearest: consensus)"
    assert [line for line in typed.err.splitlines() if "#consensu" in line] == [f"note: {said}"]
    (remark,) = shell("eval", own, "--json").json["remarks"]
    assert remark["queries"] == ["line 2, #consensu leader"]


def test_eval_names_the_line_of_a_query_that_cannot_be_asked(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    shell("index", vault, "-q")
    own = tmp_path / "own.jsonl"
    own.write_text('{"query": "a", "expected": ["Raft"]}\n'
                   '{"query": "a source:none", "expected": ["Raft"]}\n')  # fmt: skip
    typed = shell("eval", own)
    assert typed.code == 2
    assert f"{own}, line 2: there is no source named 'none'" in typed.err


def test_eval_refuses_to_measure_a_mode_that_cannot_answer(
    shell: Shell, vault: Path, tmp_path: Path
) -> None:
    shell("index", vault, "-q")
    own = tmp_path / "own.jsonl"
    own.write_text('{"query": "majority", "expected": ["Raft"]}\n')
    broken = tmp_path / "broken.toml"
    broken.write_text(f'[model]\npath = "{tmp_path}"\n')
    assert shell("--config", broken, "eval", own, "--mode", "hybrid").code == 1
    assert shell("--config", broken, "eval", own, "--mode", "keyword").code == 0
