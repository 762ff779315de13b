"""Which known companies could a description mean, and how sure is that? Everything users need is here.

Records of any kind take part under a source name (`SOURCES`): `index` them, ask for `candidates`, `score` those.
"""

from prm.matching.actions import index, index_many, remove
from prm.matching.evidence import Evidence
from prm.matching.hashing import keys, stored_keys, strong_keys
from prm.matching.identity import Identity, Normalised
from prm.matching.normaliser import ENGINE_VERSION, normalise
from prm.matching.rules import NOTHING, SHIPPED, Band, Match, Thresholds, band_of, compare, score
from prm.matching.selectors import candidates, candidates_by_keys, matches, rank
from prm.matching.sources import ROWS, SOURCES

__all__ = [
    "ENGINE_VERSION",
    "NOTHING",
    "ROWS",
    "SHIPPED",
    "SOURCES",
    "Band",
    "Evidence",
    "Identity",
    "Match",
    "Normalised",
    "Thresholds",
    "band_of",
    "candidates",
    "candidates_by_keys",
    "compare",
    "index",
    "index_many",
    "keys",
    "matches",
    "normalise",
    "rank",
    "remove",
    "score",
    "stored_keys",
    "strong_keys",
]
