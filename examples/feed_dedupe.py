"""One story, many feeds: group it, and notice when it comes again.

``python examples/feed_dedupe.py`` runs it on a small feed. Uses
asterisk_search.feeds alone; the database is one table with a vector column.
"""

import json
import sqlite3
import sys
from datetime import datetime
from pathlib import Path

from asterisk_search.feeds import LookBack, facts_of, group_similar, open_encoder, pack, unpack

HOURS = 3600.0
THRESHOLD = 0.65
"""Lower than usual: summaries of some sentences, and a guard of names and numbers besides."""
FEED = Path(__file__).parent / "feed" / "items.jsonl"


def main(path: Path = FEED) -> None:
    """Store, group, look back."""
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    items.sort(key=lambda item: item["time"])
    encoder = open_encoder()
    if encoder.degraded_reason:
        print(f"by words alone: {encoder.degraded_reason}", file=sys.stderr)

    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE summaries (id, text, time, source, embedding, embedding_model)")
    blobs = pack(encoder.encode([item["text"] for item in items]))
    for item, blob in zip(items, blobs, strict=True):
        time = datetime.fromisoformat(item["time"]).timestamp()
        row = (item["id"], item["text"], time, item["source"], blob, encoder.model_id)
        database.execute("INSERT INTO summaries VALUES (?, ?, ?, ?, ?, ?)", row)

    rows = database.execute(
        "SELECT id, text, time, source, embedding FROM summaries WHERE embedding_model = ?",
        [encoder.model_id],
    ).fetchall()
    ids, texts, times, sources, stored = (list(column) for column in zip(*rows, strict=True))
    vectors, facts = unpack(stored, encoder.dim), [facts_of(text) for text in texts]

    for group in group_similar(ids, vectors, times, sources, THRESHOLD, 48 * HOURS, facts=facts):
        print(f"{group.leader}: {', '.join(group.members)}")

    published = LookBack(encoder.dim)
    for at, id_ in enumerate(ids):
        since = times[at] - 7 * 24 * HOURS
        found = published.nearest(vectors[at], since, threshold=THRESHOLD, facts=facts[at])
        for match in found:
            print(f"{id_} tells {match.id} again ({match.similarity:.2f})")
        published.add(id_, vectors[at], times[at], facts[at])
    database.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
