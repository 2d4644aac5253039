"""`asterisk-search embed`."""

import base64
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import click

from asterisk_search.cli.items import Item, read_items
from asterisk_search.cli.options import open_settings
from asterisk_search.feeds import Embedder, pack

BATCH = 64
"""Texts whose vectors are held at once."""


@click.command("embed")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line (the default).")
@click.option("--packed", type=click.Choice(["int8", "float16"]),
              help="Print base64 of the packed vector instead of its numbers.")  # fmt: skip
@click.pass_context
def command(ctx: click.Context, jsonl: bool, packed: str | None) -> None:
    """Print the unit vector of each text on standard input, one JSON object a line.

    Each line is a text, or a JSON object with text and optionally id. What is printed has id,
    model (vectors of other models must not be compared) and vector.
    """
    path = open_settings(ctx).model.path
    with Embedder(Path(path).expanduser() if path else None, threads=2) as embedder:
        for batch in _batches(read_items()):
            vectors = embedder.encode([item.text for item in batch])
            if packed:
                blobs = pack(vectors, "int8" if packed == "int8" else "float16")
                shown: list[object] = [base64.b64encode(blob).decode() for blob in blobs]
            else:
                shown = [[round(float(value), 6) for value in row] for row in vectors]
            for item, vector in zip(batch, shown, strict=True):
                row = {"id": item.id, "model": embedder.model_id, "vector": vector}
                click.echo(json.dumps(row, ensure_ascii=False))


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield batch
