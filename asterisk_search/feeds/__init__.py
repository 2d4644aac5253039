"""For programs that follow feeds: one story told many times becomes one item.

A library by itself: no command line, no catalog, no network. What it gives:

- `open_encoder`, `Embedder`, `SimHash`: texts to unit vectors, by the model or, when that cannot be
  used, by word fingerprints;
- `pack`, `unpack`: vectors as bytes for a column of one's own database;
- `group_similar`: items to groups, without chains;
- `LookBack`: what was published already, asked for what is nearest;
- `calibrate`, `chance_threshold`: thresholds from labelled pairs, or from pairs by chance;
- `Topics`: topic labels that stay the same from day to day.
"""

from asterisk_search.feeds.calibration import Curve, calibrate, chance_threshold
from asterisk_search.feeds.encoding import Embedder, Encoder, SimHash, open_encoder
from asterisk_search.feeds.facts import Facts, facts_of
from asterisk_search.feeds.grouping import Cluster, Rules, group_similar
from asterisk_search.feeds.lookback import LookBack, Match
from asterisk_search.feeds.packing import pack, unpack
from asterisk_search.feeds.topics import Topics

__all__ = [
    "Cluster",
    "Curve",
    "Embedder",
    "Encoder",
    "Facts",
    "LookBack",
    "Match",
    "Rules",
    "SimHash",
    "Topics",
    "calibrate",
    "chance_threshold",
    "facts_of",
    "group_similar",
    "open_encoder",
    "pack",
    "unpack",
]
