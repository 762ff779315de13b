"""Match keys: hashes that two records share whenever a rule could fire for them."""

from hashlib import blake2b

from prm.matching.identity import Normalised


def keys(normalised: Normalised) -> frozenset[int]:
    """Signed 64-bit. Names are hashed without spaces, so "Muller Logistik" and "Mullerlogistik" meet.

    A name of look-alike letters shares the names' kind: it must meet the name it pretends to be.
    """
    names = [*normalised.names, normalised.look_key]
    pairs = [("name", name.replace(" ", "")) for name in names]
    pairs += [("domain", normalised.domain), ("tax", normalised.tax_key)]
    return frozenset(_key(kind, value) for kind, value in pairs if value)


def _key(kind: str, value: str) -> int:
    return int.from_bytes(blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), "big", signed=True)
