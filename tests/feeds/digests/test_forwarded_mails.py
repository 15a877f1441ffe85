"""Mails as mail systems pass them on: prefixed class names, guarded links, HTML alone, quoted, as attachments."""

from base64 import b64encode
from html import escape
from urllib.parse import quote

import pytest

from feeds.digests import DigestError, parse_digest, sniff
from feeds.paper import Digest

RULE = "-" * 78
LISTING = "".join(
    f"""\\\\
arXiv:2602.0000{n}
Date: Thu, 12 Feb 2026 17:11:20 GMT   (56kb)

Title: How rivers flow, part {n},
  and whither
Authors: Ada Lovelace, Alan Turing
Categories: cs.CL
\\\\
  We ask how rivers flow where x < y & z, and
answer at length.
\\\\ ( https://arxiv.org/abs/2602.0000{n} ,  56kb)
{RULE}
"""
    for n in (1, 2)
)
RIGHT = [
    (
        f"2602.0000{n}",
        f"How rivers flow, part {n}, and whither",
        "We ask how rivers flow where x < y & z, and answer at length.",
    )
    for n in (1, 2)
]
HEAD = b"From: list@example.org\nTo: me@example.org\nSubject: Fwd: cs daily\nDate: Fri, 13 Feb 2026 08:00:00 +0000\n"


def mail(kind: str, body: str, more: bytes = b"") -> bytes:
    return HEAD + b"MIME-Version: 1.0\nContent-Type: " + kind.encode() + b"\n" + more + b"\n" + body.encode()


def attached(kind: str, body: bytes) -> bytes:
    part = b"Content-Transfer-Encoding: base64\nContent-Type: " + kind.encode() + b"\n\n" + b64encode(body)
    text = b"Content-Type: text/plain\n\nSee the attachment."
    return mail("multipart/mixed; boundary=XX", "") + b"--XX\n" + text + b"\n--XX\n" + part + b"\n--XX--\n"


def quoted(text: str, mark: str = "> ") -> str:
    return "".join(f"{mark}{line}".rstrip() + "\n" for line in text.splitlines())


BROKEN = "<br>\n".join(escape(line) for line in LISTING.splitlines())
DIVS = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in LISTING.splitlines())
FORMS = {
    "plain": mail("text/plain", LISTING),
    "15 pre": mail("text/html", f"<html><body><pre>{escape(LISTING)}</pre></body></html>"),
    "15 br": mail("text/html", f"<html><body><p>Hello,</p>{BROKEN}</body></html>"),
    "15 div": mail("text/html; charset=utf-8", f"<div dir='ltr'>{DIVS}</div>"),
    "15 blockquote": mail(
        "text/html", f"<p>On Friday list wrote:</p><blockquote><pre>{escape(LISTING)}</pre></blockquote>"
    ),
    "15 br with &nbsp;": mail("text/html", BROKEN.replace("  ", "&nbsp; ")),
    "15 quoted": mail("text/plain", "Look at this:\n\n" + quoted(LISTING)),
    "15 quoted twice": mail("text/plain", quoted(quoted(LISTING))),
    "15 quoted tightly": mail("text/plain", quoted(LISTING, ">")),
    "15 indented": mail("text/plain", quoted(LISTING, "    ")),
    "15 quoted in HTML": mail("text/html", f"<pre>{escape(quoted(LISTING))}</pre>"),
    "15 octet-stream": attached("application/octet-stream", LISTING.encode()),
    "15 a mail as octet-stream": attached("application/octet-stream", mail("text/plain", LISTING)),
    "15 a page as octet-stream": attached("application/octet-stream", f"<html><pre>{escape(LISTING)}</pre>".encode()),
    "15 text/x-listing": attached("text/x-listing", LISTING.encode()),
    "15 message/rfc822": mail("message/rfc822", mail("text/plain", LISTING).decode()),
    "15 a saved page": f"<!DOCTYPE html><html><body><pre>{escape(LISTING)}</pre></body></html>".encode(),
    "15 a pasted quote": quoted(LISTING).encode(),
    "15 rows of a table": mail(
        "text/html", "<table>" + "".join(f"<tr><td>{escape(x)}</td></tr>" for x in LISTING.splitlines()) + "</table>"
    ),
    "15 Outlook": mail(
        "text/html; charset=utf-8",
        "".join(f"<p class='MsoNormal'>{escape(x) or '&nbsp;'}<o:p></o:p></p>\n" for x in LISTING.splitlines()),
    ),
    "15 quoted by strokes": mail("text/plain", quoted(LISTING, "| ")),
    "15 behind what nobody sees": mail("text/plain; charset=utf-8", LISTING.replace("\\\\\n", "\u200b\\\\\n")),
    "15 a mail in base64 as message/rfc822": attached("message/rfc822", mail("text/plain", LISTING)),
    "15 a text that was cut, and all of it in HTML": mail(
        "multipart/alternative; boundary=XX",
        f"--XX\n\n{LISTING[:200]}\n--XX\nContent-Type: text/html\n\n<pre>{escape(LISTING)}</pre>\n--XX--\n",
    ),
    "15 a HTML part without words": mail(
        "multipart/alternative; boundary=XX",
        f"--XX\n\nHTML only.\n--XX\nContent-Type: text/html\n\n<pre>{escape(LISTING)}</pre>\n--XX--\n",
    ),
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS.keys())
def test_a_listing_is_read_however_it_was_passed_on(data: bytes) -> None:
    assert sniff(data) == "arxiv-mail"
    digest = parse_digest(data)
    assert [(paper.id, paper.title, paper.abstract) for paper in digest.papers] == RIGHT
    assert digest.papers[0].authors == ("Ada Lovelace", "Alan Turing")
    assert digest.skipped == ()


@pytest.mark.parametrize("form", ["15 pre", "15 quoted", "15 octet-stream", "15 a mail as octet-stream"])
def test_the_day_is_that_of_the_mail_itself(form: str) -> None:
    assert str(parse_digest(FORMS[form]).day) == "2026-02-13"


def test_an_attachment_that_is_no_text_is_left_alone() -> None:
    with pytest.raises(DigestError):
        parse_digest(attached("application/pdf", b"%PDF-1.7\0\\\\\narXiv:2602.00001\n"))


def test_an_attached_mail_is_bounded_as_any_other() -> None:
    hidden = HEAD + b"Content-Type: text/plain; " + b"x*0=a;" * 300_000 + b"\n\nhf.co/papers/2608.00001"
    with pytest.raises(DigestError, match="Content-Type"):
        parse_digest(attached("application/octet-stream", hidden))


LEADS = "https://scholar.google.com/scholar_url?url=https://arxiv.org/pdf/2608.00010v2&hl=en&sa=X"
SAFE = "https://eur01.safelinks.protection.outlook.com/?url="
RESULT = (
    '<h3><span>[PDF]</span> <a class="{p}gse_alrt_title" href="{link}">Streaming <b>speech</b> at the edge</a></h3>'
    '<div style="{style}">A Müller, B Author… - arXiv preprint, 2026</div>'
    '<div class="{p}gse_alrt_sni">… we listen while <b>speaking</b>, and …</div>'
)


def scholar(prefix: str = "", link: str = LEADS, style: str = "color:#006621") -> Digest:
    body = RESULT.format(p=prefix, link=escape(link), style=style)
    return parse_digest(mail("text/html; charset=utf-8", f"<html><body>{body}</body></html>"))


@pytest.mark.parametrize("prefix", ["", "m_-8123456789012345678", "x_", "yiv1234567890", "v1", "other m_-81"])
@pytest.mark.parametrize(
    "style", ["color:#006621", "COLOR: #006621", "color:rgb(0,102,33)", "font:x;color: rgb(0, 102, 33)"]
)
def test_14_an_alert_is_read_whatever_stands_before_its_class_names(prefix: str, style: str) -> None:
    (paper,) = scholar(prefix, style=style).papers
    assert (paper.id, paper.title) == ("2608.00010", "Streaming speech at the edge")
    assert (paper.authors, paper.publication) == (("A Müller", "B Author"), "arXiv preprint, 2026")
    assert paper.abstract == "… we listen while speaking, and …"


BARE = RESULT.replace('class="{p}gse_alrt_title" ', "").replace(' class="{p}gse_alrt_sni"', "")


@pytest.mark.parametrize(
    "result",
    [
        RESULT.replace("gse_alrt_title", "gse_alrt_title_mr_css_attr").replace(
            "gse_alrt_sni", "gse_alrt_sni_mr_css_attr"
        ),
        RESULT.replace("gse_alrt", "GSE_ALRT"),
        RESULT.replace('<div class="{p}gse_alrt_sni">', '<p class="{p}gse_alrt_sni">'),
        RESULT.replace('<div style="{style}">A', '<div><font color="#006621">A').replace(
            "2026</div>", "2026</font></div>"
        ),
        RESULT.replace('<div style="{style}">A', '<div><span style="{style}">A').replace(
            "2026</div>", "2026</span></div>"
        ),
        RESULT.replace("{style}", "color: rgba(0, 102, 33, 1)"),
        BARE,
    ],
    ids=["suffix", "capitals", "p", "font", "span", "rgba", "no classes"],
)
def test_14_an_alert_is_read_whatever_a_mail_system_made_of_its_parts(result: str) -> None:
    body = result.format(p="", link=escape(LEADS), style="color:#006621")
    (paper,) = parse_digest(mail("text/html; charset=utf-8", f"<html><body>{body}</body></html>")).papers
    assert (paper.id, paper.title) == ("2608.00010", "Streaming speech at the edge")
    assert (paper.authors, paper.publication) == (("A Müller", "B Author"), "arXiv preprint, 2026")
    assert paper.abstract == "… we listen while speaking, and …"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/url?q={quote(LEADS, safe='')}&source=gmail",
        f"{SAFE}{quote(LEADS, safe='')}&data=05",
        "https://urldefense.com/v3/__https://arxiv.org/pdf/2608.00010v2__;!!abc$",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__arxiv.org_pdf_2608.00010v2&d=x",
        f"https://www.google.com/url?q={quote(SAFE + quote(LEADS, safe=''), safe='')}",
    ],
)
def test_14_a_link_leads_where_it_leads_whatever_mail_systems_put_before_it(link: str) -> None:
    assert scholar(link=link).papers[0].id == "2608.00010"
    page = link.replace("arxiv.org_pdf_2608.00010v2", "huggingface.co_papers_2608.00010").replace(
        "arxiv.org/pdf/2608.00010v2", "huggingface.co/papers/2608.00010"
    )
    page = page.replace(
        quote("arxiv.org/pdf/2608.00010v2", safe=""), quote("huggingface.co/papers/2608.00010", safe="")
    )
    body = f'<html><body><a class="m_-81x" href="{escape(page)}">Streaming speech at the edge</a></body></html>'
    if "2Fpapers" in page or "papers/" in page or "papers_" in page:
        digest = parse_digest(mail("text/html", body), "daily-papers-mail")
        assert [(paper.id, paper.title) for paper in digest.papers] == [("2608.00010", "Streaming speech at the edge")]
        assert sniff(mail("text/html", body)) == "daily-papers-mail"


@pytest.mark.parametrize("before", ["", "<html><body>", "Saved from my mail:\n"])
def test_an_alert_that_was_saved_without_its_mail_is_one(before: str) -> None:
    saved = f"{before}{RESULT.format(p='', link=LEADS, style='color:#006621')}".encode()
    assert sniff(saved) == "scholar-mail"
    assert [paper.id for paper in parse_digest(saved).papers] == ["2608.00010"]


def test_a_byline_names_the_preprint_when_the_link_leads_elsewhere() -> None:
    body = RESULT.format(p="", link="https://lab.example/p.pdf", style="color:#006621")
    body = body.replace("arXiv preprint, 2026", "arXiv preprint arXiv:2608.00010, 2026")
    assert parse_digest(mail("text/html", body)).papers[0].id == "2608.00010"
