"""Markdown becomes HTML, and nothing typed becomes a tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.portal.markdown import render


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("plain", "<p>plain</p>"),
        ("one\ntwo\n\nthree", "<p>one\ntwo</p>\n<p>three</p>"),
        ("# Top\r\n## Second", "<h2>Top</h2>\n<h3>Second</h3>"),
        ("###### Deep", "<h4>Deep</h4>"),
        ("#none", "<p>#none</p>"),
        ("- a\n- b\n* c", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("> said\n> again", "<blockquote><p>said\nagain</p></blockquote>"),
        ("```\n<b> **x**\n\n# y\n```\nz", "<pre><code>&lt;b&gt; **x**\n\n# y</code></pre>\n<p>z</p>"),
        ("```\nopen", "<pre><code>open</code></pre>"),
        ("a\n- b", "<p>a</p>\n<ul><li>b</li></ul>"),
        ("**a** *b* `c`", "<p><strong>a</strong> <em>b</em> <code>c</code></p>"),
        ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>"),
        ("`**a**`", "<p><code>**a**</code></p>"),
        ("2 * 3 * 4", "<p>2 <em> 3 </em> 4</p>"),
        ("** a", "<p>** a</p>"),
        ("**", "<p>**</p>"),
        ("****", "<p>****</p>"),
        ("[a](https://b.example/c)", '<p><a href="https://b.example/c" rel="noopener noreferrer">a</a></p>'),
        ("[*a*](/rules/)", '<p><a href="/rules/" rel="noopener noreferrer"><em>a</em></a></p>'),
        ("[a](javascript:alert(1))", "<p>a)</p>"),
        ("[a](//evil.example)", "<p>a</p>"),
        ("[a](data:text/html,x)", "<p>a</p>"),
        ("[a](/\\evil.example)", "<p>a</p>"),
        ("[a] (b)", "<p>[a] (b)</p>"),
        ("[a](b", "<p>[a](b</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_text_becomes_html(text: str, html: str) -> None:
    assert render(text) == html


def test_quote_in_an_address_stays_in_it() -> None:
    assert 'href="https://a.example/&quot;onclick=&quot;y"' in render('[x](https://a.example/"onclick="y)')


@given(st.text(alphabet="<>&\"'`*[]()#-1.> \nahttps:/{}", max_size=200))
def test_nothing_typed_becomes_a_tag(text: str) -> None:
    bare = render(text)
    for tag in ("p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "strong", "em", "a"):
        bare = bare.replace(f"<{tag}>", "").replace(f"</{tag}>", "")

    assert all(piece.startswith('a href="') for piece in bare.split("<")[1:])
