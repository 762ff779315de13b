"""Legal forms of companies (GmbH, S.A., Sdn Bhd …), prepared once as words, taken off in one pass."""

from functools import cache

from cleanco.termdata import terms_by_country, terms_by_type

from prm.matching.folding import fold, words

# Forms that the list above does not know, or knows in another spelling.
_MORE = (
    "ag & co kg",
    "gmbh & co",
    "gmbh & co ohg",
    "gmbh & co kgaa",
    "ug",
    "ug haftungsbeschraenkt",
    "haftungsbeschraenkt",
    "mbh",
    "ggmbh",
    "se",
    "eg",
    "e.v.",
    "s. de r.l. de c.v.",
    "s.a.p.i. de c.v.",
    "s.r.l. de c.v.",
    "c.v.",
    "lda",
    "unipessoal lda",
    "eireli",
    "me",
    "epp",
    "s/a",
    "san. ve tic. a.s.",
    "san. ve tic. ltd. sti.",
    "ltd. sti.",
    "tic. a.s.",
    "tbk",
    "persero",
    "berhad",
    "pvt ltd",
    "private limited",
    "pty",
    "pty limited",
    "k.k.",
    "kabushiki kaisha",
    "co ltd",
    "company limited",
    "co limited",
    "public limited company",
    "limited liability company",
    "l.c.",
    "p.c.",
    "n.a.",
    "asbl",
    "dooel",
    "jsc",
    "pjsc",
    "cjsc",
    "ojsc",
    "fze",
    "fzco",
    "fz llc",
    "wll",
    "ks",
    "hf",
    "ehf",
)
# Real words, countries and places of company names.
_NOT_FORMS = frozenset({"uk", "at", "nl", "ok", "vat", "private", "ba", "sem", "fa", "ent"})
_AT_THE_START = frozenset({"the", "ooo", "oao", "pao", "zao", "ao", "tov", "pt", "cv", "ud"})
# Scripts without spaces: a form is glued to the name.
_GLUED = (
    "株式会社",
    "有限会社",
    "合同会社",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "株式會社",
    "주식회사",
    "(주)",
)


@cache
def _at_the_end() -> frozenset[tuple[str, ...]]:
    known = [term for group in (terms_by_type, terms_by_country) for terms in group.values() for term in terms]
    forms = {words(fold(term)) for term in (*known, *_MORE)}
    return frozenset(forms - {()} - {(word,) for word in _NOT_FORMS})


@cache
def _longest() -> int:
    return max(map(len, _at_the_end()))


def is_form(key: str) -> bool:
    """True for a key that is nothing but a legal form."""
    said = tuple(key.split())
    return said in _at_the_end() or (len(said) == 1 and said[0] in _AT_THE_START)


def unglue(text: str) -> str:
    """Take a legal form of East Asia off a name, unless it is all there is."""
    for form in _GLUED:
        if form in text and len(text) > len(form):
            return text.replace(form, " ")
    return text


def strip(name: tuple[str, ...]) -> tuple[str, ...]:
    """The name without legal forms at its end and a few at its start; at least one word stays."""
    end = len(name)
    while (length := _form_before(name, end)) and length < end:
        end -= length
    start = 1 if end > 1 and name[0] in _AT_THE_START else 0
    return name[start:end]


def _form_before(name: tuple[str, ...], end: int) -> int:
    """How many words before `end` are one legal form, the longest one; 0 for none."""
    forms = _at_the_end()
    return next((n for n in range(min(_longest(), end - 1), 0, -1) if name[end - n : end] in forms), 0)
