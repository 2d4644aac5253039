"""Nothing leaves the machine: with every socket denied, all works the same."""

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

DENY = (
    "import sys\n"
    "def deny(event, arguments):\n"
    "    if event.startswith('socket.') or event in ('urllib.Request', 'http.client.connect'):\n"
    "        raise RuntimeError(f'the network was touched: {event} {arguments}')\n"
    "if sys.argv.pop(1) == 'deny':\n"
    "    sys.addaudithook(deny)\n"
    "from asterisk_search.cli.main import main\n"
    "main()\n"
)


def run(network: str, data_dir: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DENY, network, "--data-dir", str(data_dir), *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_denial_is_real() -> None:
    connect = "import socket\nsocket.create_connection(('127.0.0.1', 9))\n"
    script = DENY.partition("from asterisk_search")[0] + connect
    done = subprocess.run([sys.executable, "-c", script, "deny"], capture_output=True, text=True)
    assert "the network was touched" in done.stderr


def test_indexing_and_searching_are_the_same_without_a_network(tmp_path: Path) -> None:
    answers = []
    for network in ("allow", "deny"):
        folder = tmp_path / network
        run(network, folder, "index", "examples/vault")
        answer = json.loads(run(network, folder, "query", "--json", "servers agree on a leader"))
        answers.append([(row["path"], row["score"]) for row in answer["results"]])
        run(network, folder, "status")
        run(network, folder, "doctor")
    assert answers[0] == answers[1]
    assert answers[0]
