"""Which known companies could a description mean, and how sure is that? Everything users need is here.

Records of any kind take part under a source name (`SOURCES`): `index` them, ask for `candidates`, `score` those.
"""

from prm.matching.actions import index, index_many, remove
from prm.matching.hashing import keys, strong_keys
from prm.matching.identity import Identity, Normalised
from prm.matching.normaliser import ENGINE_VERSION, normalise
from prm.matching.rules import SHIPPED, Band, Evidence, Match, Thresholds, band_of, compare, score
from prm.matching.selectors import candidates, candidates_by_keys, rank
from prm.matching.sources import SOURCES

__all__ = [
    "ENGINE_VERSION",
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
    "normalise",
    "rank",
    "remove",
    "score",
    "strong_keys",
]
