"""What the documents say is true, or the build fails."""

import re
import shlex
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path

import click
import pytest

from asterisk_search import errors
from asterisk_search.cli.main import COMMANDS, cli
from asterisk_search.config import Settings, SourceSettings, parse_settings
from tests.benchmarks.feeds_report import with_table
from tests.conftest import ROOT
from tests.goldens import golden

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def helps() -> str:
    """Every command's `--help`, as Markdown."""
    parts = ["# Command line", "", "Generated from the program: `pytest --accept` rewrites it.", ""]
    root = click.Context(
        cli, info_name="asterisk-search", terminal_width=88, help_option_names=["-h", "--help"]
    )
    for context in [root, *_below(root)]:
        parts += [f"## {context.command_path}", "", "```text", context.get_help(), "```", ""]
    return "\n".join(parts)


def _below(context: click.Context) -> list[click.Context]:
    found = []
    assert isinstance(context.command, click.Group)
    for name in context.command.list_commands(context):
        command = context.command.get_command(context, name)
        assert command is not None
        child = click.Context(command, parent=context, info_name=name, terminal_width=88)
        found.append(child)
        if isinstance(command, click.Group):
            found += _below(child)
    return found


def readme_blocks() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)


def test_the_command_line_reference_is_the_programs_own_help(accept: bool) -> None:
    path = ROOT / "docs" / "cli.md"
    made = helps()
    assert golden(path, made, accept) == made


def test_the_example_configuration_is_exactly_the_defaults() -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    assert parse_settings(text) == Settings()


def test_every_setting_is_in_the_example_configuration() -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")

    def names(kind: type) -> list[str]:
        return [item.name for item in fields(kind)]

    defaults = Settings()
    for name in names(Settings):
        value = getattr(defaults, name)
        for inner in names(type(value)) if is_dataclass(value) else [name]:
            assert re.search(rf"^#?\s*\[?{inner}\b", text, re.MULTILINE), inner
    for inner in names(SourceSettings):
        assert re.search(rf"^# {inner} = ", text, re.MULTILINE), inner


def test_the_configured_source_in_the_example_is_valid_too() -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    shown = text[text.index("# [sources.vault]") :]
    parsed = parse_settings(re.sub(r"^# ?", "", shown, flags=re.MULTILINE))
    assert parsed.sources["vault"].path == "~/vault"


def test_the_readmes_main_command_runs_on_the_example_vault(tmp_path: Path) -> None:
    """Without the installation, which continuous integration does in full."""
    steps = [step.strip() for step in readme_blocks()[0].split("&&")]
    assert steps[:2] == ["python3 -m venv .venv", ".venv/bin/pip install ."]
    outputs = []
    for step in steps[2:]:
        words = shlex.split(step.replace(".venv/demo", str(tmp_path / "demo")))
        assert words[0] == ".venv/bin/asterisk-search"
        program = "from asterisk_search.cli.main import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", program, *words[1:]],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        outputs.append(done.stdout)
    assert "indexed" in outputs[0]
    assert "Raft" in outputs[1].splitlines()[0]


def test_the_readme_gives_two_commands_and_no_more() -> None:
    assert len(readme_blocks()) == 2
    assert all("\n" not in block for block in readme_blocks())


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"asterisk-search {name}" in text


def test_every_error_is_drawn_in_the_tree_with_its_code() -> None:
    drawing = errors.__doc__ or ""
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, errors.AsteriskError):
            line = next(line for line in drawing.splitlines() if re.search(rf"\b{name}\b", line))
            if name != "EntrySkipped":
                assert f"{name} ({kind.exit_code})" in line


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_resolve(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


def test_the_figures_for_feeds_are_the_committed_ones(accept: bool) -> None:
    path = ROOT / "docs" / "feeds.md"
    made = with_table(path.read_text(encoding="utf-8"))
    assert golden(path, made, accept) == made
