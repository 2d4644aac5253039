#!/usr/bin/env python3
"""ArchiveBox's search, answered by Asterisk Search: prints one snapshot id a line, best first.

ArchiveBox runs ``search.py search --query TEXT`` and ``search.py flush [ID...]``. It shows no
ranking and no snippets, so few and sure hits serve it best: at most `MOST`, and none of low
confidence. There is nothing to flush: Asterisk Search reads the archive itself.

Settings, from the environment: ``SEARCH_BACKEND_ASTERISK_COMMAND`` (``asterisk-search``), or
``SEARCH_BACKEND_ASTERISK_URL`` (``http://host:8737``) with ``SEARCH_BACKEND_ASTERISK_TOKEN``.
Standard library only, so that it can be copied anywhere.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

MOST = 20
SECONDS = 60
PREFIX = "SEARCH_BACKEND_ASTERISK_"


class SearchFailed(Exception):
    """Asterisk Search did not answer, with the reason."""


def snapshot_ids(text: str, settings: Mapping[str, str] = os.environ) -> Iterator[str]:
    """The ids of the snapshots of the pages that match well; all good copies of each page.

    Raises:
        SearchFailed: the program or its service cannot be asked.
    """
    for result in answer(text, settings)["results"]:
        if result["confidence"] != "low":
            for copy in result["snapshots"] or ():
                if copy["id"] and not copy["status"]:
                    yield copy["id"].replace("-", "")


def answer(text: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """What Asterisk Search says of its pages: the same JSON from the program and the service."""
    if not text.strip():
        return {"results": []}
    try:
        url = settings.get(f"{PREFIX}URL", "")
        found = _served(url, text, settings) if url else _run(text, settings)
        said: dict[str, Any] = json.loads(found)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise SearchFailed(f"Asterisk Search cannot be asked: {error}") from error
    return said


def _served(url: str, text: str, settings: Mapping[str, str]) -> bytes:
    asked = urlencode({"query": text, "type": "page", "limit": MOST})
    token = settings.get(f"{PREFIX}TOKEN", "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = Request(f"{url.rstrip('/')}/api/v1/search?{asked}", headers=headers)
    with urlopen(request, timeout=SECONDS) as reply:
        content: bytes = reply.read()
    return content


def _run(text: str, settings: Mapping[str, str]) -> bytes:
    command = shlex.split(settings.get(f"{PREFIX}COMMAND") or "asterisk-search")
    options = ["query", "--json", "--type", "page", "-n", str(MOST), "--", text]
    done = subprocess.run([*command, *options], capture_output=True, check=False, timeout=SECONDS)
    if done.returncode:
        raise SearchFailed(done.stderr.decode(errors="replace").strip())
    return done.stdout


def main(arguments: list[str]) -> int:
    """Do what ArchiveBox asks; an error ends with 1 and a sentence."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    search = commands.add_parser("search")
    search.add_argument("--query", required=True)
    search.add_argument("--search-mode", default="contents")
    commands.add_parser("flush").add_argument("ids", nargs="*")
    options, _ = parser.parse_known_args(arguments)
    if options.command == "flush":
        return 0
    try:
        for snapshot in snapshot_ids(options.query):
            print(snapshot, flush=True)
    except SearchFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
