#!/usr/bin/env python3
"""Let a real ArchiveBox 0.5 to 0.8 search its archive through the bridge, and show what it finds.

pip install archivebox==0.7.4 sonic-client      # for a user who is not root
asterisk-search index ~/archivebox
python3 try_sonic_bridge.py archivebox ~/archivebox "buckwheat"
"""

import os
import subprocess
import sys
import threading

from sonic_bridge import Bridge

PASSWORD = "SecretPassword"


def main(program: str, folder: str, words: str) -> int:
    """Search once; 0 when ArchiveBox listed something."""
    with Bridge(("127.0.0.1", 0), PASSWORD) as bridge:
        threading.Thread(target=bridge.serve_forever, daemon=True).start()
        settings = {
            "SEARCH_BACKEND_ENGINE": "sonic",
            "SEARCH_BACKEND_HOST_NAME": "127.0.0.1",
            "SEARCH_BACKEND_PORT": str(bridge.server_address[1]),
            "SEARCH_BACKEND_PASSWORD": PASSWORD,
            "USE_COLOR": "False",
        }
        done = subprocess.run(
            [program, "list", "--filter-type=search", words],
            cwd=folder, env=os.environ | settings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        bridge.shutdown()
    found = [line for line in done.stdout.splitlines() if "/archive/" in line or "://" in line]
    print("\n".join(found) or done.stdout + done.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
