"""docs/http.md names every request and parameter that the API knows, and no other."""

from typing import Any

from asterisk_search.service.http.openapi import PREFIX, description
from asterisk_search.service.operations import OPERATIONS, REINDEX
from asterisk_search.service.parameters import Parameter
from tests.conftest import ROOT
from tests.goldens import golden

REQUESTS = "| request | answer | parameters |\n|---|---|---|\n"
PARAMETERS = "| parameter | also | meaning |\n|---|---|---|\n"


def requests() -> list[str]:
    """A row for each request of the API's own description."""
    rows = []
    for path, methods in description()["paths"].items():
        for method, asked in methods.items():
            names = ", ".join(f"`{item['name']}`" for item in asked["parameters"])
            rows.append(f"| `{method.upper()} {path}` | {_told(asked['summary'])} | {names} |")
    return rows


def parameters() -> list[str]:
    """A row for each parameter; what has one name in two requests has two rows if it differs."""
    tables = [operation.parameters for operation in OPERATIONS.values()]
    known = dict.fromkeys(item for table in [*tables, REINDEX] for item in table)
    return [f"| `{item.name}` | {_also(item)} | {_meaning(item)} |" for item in known]


def _also(item: Parameter) -> str:
    return ", ".join(f"`{name}`" for name in item.aliases)


def _meaning(item: Parameter) -> str:
    least, most = (None if end is None else f"{end:,}" for end in (item.least, item.most))
    return "; ".join(
        filter(None, [
            _told(item.meaning),
            f"{least} to {most}" if least is not None else "",
            " or ".join(f"`{choice}`" for choice in item.choices),
            "may be repeated" if item.many else "",
            "required" if item.required else "",
        ])
    )  # fmt: skip


def _told(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def rewritten(text: str) -> str:
    """The document with its two tables as they must be."""
    for head, rows in ((REQUESTS, requests()), (PARAMETERS, parameters())):
        before, after = text.split(head)
        text = before + head + "\n".join(rows) + "\n\n" + after.partition("\n\n")[2].lstrip("\n")
    return text


def test_the_reference_is_the_apis_own_description(accept: bool) -> None:
    path = ROOT / "docs" / "http.md"
    made = rewritten(path.read_text(encoding="utf-8"))
    assert golden(path, made, accept) == made


def test_the_description_knows_every_operation() -> None:
    described: dict[str, Any] = description()["paths"]
    named = {path.removeprefix(f"{PREFIX}/").partition("/")[0] for path in described}
    assert named == {*OPERATIONS, "health", "reindex"}
