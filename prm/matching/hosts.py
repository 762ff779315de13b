"""The registrable domain behind a website or an e-mail address, if it tells who somebody is."""

from functools import lru_cache

import tldextract

LONGEST_ADDRESS = 500

# Mailboxes that anybody can have.
_FREE_MAIL = """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr live.com msn.com yahoo.com yahoo.co.uk
    yahoo.de yahoo.fr ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de
    t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com bk.ru inbox.ru list.ru proton.me protonmail.com
    zoho.com fastmail.com hey.com qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net orange.fr
    wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tin.it terra.com.br uol.com.br bol.com.br seznam.cz
    wp.pl o2.pl onet.pl interia.pl rediffmail.com comcast.net verizon.net att.net sbcglobal.net btinternet.com
    bluewin.ch telia.com abv.bg ukr.net
"""
# Sites on which many have a page.
_SHARED = """
    facebook.com linkedin.com twitter.com x.com instagram.com youtube.com tiktok.com xing.com google.com goo.gl
    bit.ly wikipedia.org wikidata.org wixsite.com wix.com wordpress.com blogspot.com weebly.com squarespace.com
    jimdo.com jimdofree.com godaddysites.com webnode.com tumblr.com medium.com github.com github.io gitlab.com
    sharepoint.com amazonaws.com azurewebsites.net herokuapp.com notion.site linktr.ee researchgate.net archive.org
    t.me vk.com weibo.com example.com example.org example.net
"""
NOBODYS = frozenset(_FREE_MAIL.split()) | frozenset(_SHARED.split())

# The bundled public suffix list, no network, no cache on disk; a site of wixsite.com counts as its own.
_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def registrable(address: str) -> str:
    """`https://www.Mueller-Logistik.de/kontakt` and `info@mueller-logistik.de` are both mueller-logistik.de."""
    return _registrable(address[:LONGEST_ADDRESS])


# An import asks twice for each: for the column and for the keys.
@lru_cache(maxsize=4096)
def _registrable(address: str) -> str:
    parts = _extract(address.strip())
    host = _ascii((parts.top_domain_under_public_suffix or _under_unlisted(parts)).lower())
    return "" if host.removeprefix("www.") in NOBODYS else host


def _under_unlisted(parts: tldextract.tldextract.ExtractResult) -> str:
    """A top level that the list does not know, such as of an intranet, is a suffix of one label."""
    label = parts.subdomain.rpartition(".")[2]
    return "" if parts.suffix or not label else f"{label}.{parts.domain}"


def _ascii(host: str) -> str:
    """One spelling of international names; what is no valid name tells nothing."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""
