"""Ids inside addresses: the arXiv id or DOI that an address holds, and an address as an identity.

Knows the sites' ways of writing them, and fetches nothing.
"""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_ARXIV_EXACT = re.compile(
    r"(?:arxiv:\s?)?(\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[a-z]{2})?/\d{7})(?:v\d+)?"
    r"(?:\s*\[[a-z-]+(?:\.[a-z-]+)?\](?:\s+\d{1,2} [a-z]{3} \d{4})?)?",
    re.IGNORECASE | re.ASCII,
)
"""`2503.02130v2`, `arXiv:hep-th/9901001`, `arXiv:2503.02130 [cs.CL]`, and with its date as the PDF's margin has it."""
_ARXIV_PATH = re.compile(
    r"^/+(?:abs|pdf|html|papers|format|ps|e-print|src|arxiv|overview|p|audio|resources)/(.+?)"
    r"(?:\.pdf|\.md|\.ps|\.ps\.gz|\.tar\.gz)?/?$"
)
_ARXIV_FTP = re.compile(
    r"/(?:pub/)?(?:ftp/)?([a-z-]+)/(?:papers|pdf|abs)/\d{4}/(\d{4}\.\d{4,5}|\d{7})(?:v\d+)?(?:\.[a-z.]+)?$"
)
"""`/ftp/arxiv/papers/2401/2401.01234.pdf`, `/ftp/hep-th/papers/9901/9901001.pdf`: arXiv's own mirrors."""
_ARXIV_HOSTS = re.compile(
    r"^(?:[\w-]+\.)*(?:arxiv\.org|huggingface\.co|hf\.co|alphaxiv\.org|ar5iv\.org|papers\.cool|takara\.ai"
    r"|arxiv-vanity\.com|scirate\.com|lanl\.gov|semanticscholar\.org|inspirehep\.net)$"
)
_BIBCODE = re.compile(r"^/abs/\d{4}arXiv(\d{4})(\d{5})[A-Z](?:/|$)", re.IGNORECASE)
"""ADS: `/abs/2025arXiv250302130L/abstract`."""
_DOI = re.compile(r"(?:(?:info:)?doi[:/]\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_DOI_IN_PATH = re.compile(r"/(10\.\d{4,9}/.+)")
_DOI_HOSTS = re.compile(
    r"^(?:[\w-]+\.)*(?:acm\.org|wiley\.com|springer\.com|springeropen\.com|biomedcentral\.com|biorxiv\.org|medrxiv\.org"
    r"|nature\.com|science\.org|sciencemag\.org|tandfonline\.com|sagepub\.com|acs\.org|pnas\.org|aps\.org|iop\.org"
    r"|annualreviews\.org|royalsocietypublishing\.org|frontiersin\.org|plos\.org|aip\.org|jmir\.org|chemrxiv\.org"
    r"|siam\.org|oup\.com|mit\.edu|scitation\.org|worldscientific\.com|apa\.org|degruyter(?:brill)?\.com"
    r"|ieeecomputersociety\.org|liebertpub\.com|aiaa\.org|informs\.org|emerald\.com|ascelibrary\.org|asme\.org)$"
)
_RESOLVERS = {"doi.org", "dx.doi.org", "www.doi.org", "hdl.handle.net"}
_NATURE = re.compile(r"^/articles/([a-z0-9][a-z0-9.-]{4,40}?)(?:\.pdf|_reference\.pdf)?/?$", re.IGNORECASE)
"""`/articles/s41586-025-01234-5` is 10.1038/s41586-025-01234-5 (nature.com, on each article's page)."""
_VIEW = re.compile(
    r"(?:[/.](?:full|abstract|abs|short|pdf(?:\+html)?|epdf|epub|meta|html|fulltext|full-text|summary|references|figures"
    r"|tables|article-info|article-metrics|supplementary-material|suppl_file/.*))+/?$",
    re.IGNORECASE,
)
"""What a site appends to a DOI for one of its views."""
_OWN_NUMBER = re.compile(r"(?<=/doi/)(10\.\d{4,9}/[^/]+(?:/[^/]+)?)/\d{5,}(?:/.*)?$")
"""Oxford, MIT and AIP append a number of their own, and the title: `.../article/doi/10.1093/journal/id/7654321`."""
_PREPRINT = re.compile(r"/((?:20(?:19|2[0-4])\.\d\d|2025\.(?:0\d|1[01]))\.\d\d\.\d{6,8})(?:v\d+)?(?![\w])")
"""bioRxiv and medRxiv: the last part of their DOI, 10.1101/..., which was their only prefix until December 2025."""
_PREPRINT_VERSION = re.compile(r"^(10\.(?:1101|64898)/[\d.]+)v\d+$")
_ARXIV_DOI = "10.48550/arxiv."
_TRACKING = re.compile(r"(?:utm_[^=]*|af|rss|dgcid)(?:=|$)", re.IGNORECASE)
_CAMPAIGN = re.compile(r"(?:utm_[^=]*|af|dgcid)(?:=|$)", re.IGNORECASE)
_MAY_TELL_APART = re.compile(r"ref=", re.IGNORECASE)


def arxiv_id(text: str) -> str | None:
    """The arXiv id in an id, `arXiv:` reference, arXiv DOI, or an address of arXiv or a site that shows its papers.

    The version is stripped. Old ids lose their subject class (`math.GT/0309136` is `math/0309136`: arXiv's own
    canonical form).
    """
    text = _with_scheme(text.strip())
    if text[:8].lower().startswith(("http://", "https://", "ftp://")):
        return _arxiv_in_address(text)
    if text[:15].lower().startswith(("doi:", _ARXIV_DOI)):
        text = text.lower().removeprefix("doi:").strip().removeprefix(_ARXIV_DOI)
    elif text[:14].lower() == "oai:arxiv.org:":
        text = text[14:]
    exact = _ARXIV_EXACT.fullmatch(text)
    if not exact:
        return None
    archive, slash, number = exact[1].lower().partition("/")
    return archive.partition(".")[0] + slash + number if slash else archive


def normal_doi(text: str) -> str:
    """A DOI in lower case without resolver or prefix, also the one in a publisher's address; empty if there is none."""
    text = _with_scheme(text.strip())
    if text[:8].lower().startswith(("http://", "https://")):
        return _doi_in_address(text)
    return _folded_doi(unquote(text))


def normal_url(url: str) -> str:
    """A URL as a rough identity: no scheme, `www.`, fragment, last slash or tracking parameters; empty if not http(s).

    Two addresses that differ here are two; two that are alike may still be told apart by `exact_url`.
    """
    return _normal(url, lambda parameter: not (_TRACKING.match(parameter) or _MAY_TELL_APART.match(parameter)))


def legacy_url(url: str) -> str:
    """`normal_url` as it was until tracking had its list: what older databases hold."""
    return _normal(url, lambda parameter: not parameter.lower().startswith(("utm_", "ref=", "rss=")))


def untracked_url(url: str) -> str:
    """A URL as an identity over sources: with its fragment, without tracking parameters."""
    return _with_fragment(url, _normal(url, lambda parameter: not _TRACKING.match(parameter)))


def campaign_free_url(url: str) -> str:
    """A URL within one source, without the parameters that may change from reading to reading."""
    return _with_fragment(url, _normal(url, lambda parameter: not _CAMPAIGN.match(parameter)))


def exact_url(url: str) -> str:
    """A URL as an identity within one source, where any parameter may tell two entries apart."""
    return _with_fragment(url, _normal(url, lambda _: True))


def _normal(url: str, wanted: Callable[[str], bool]) -> str:
    parts = _split(url.strip())
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    kept = [p for p in parts.query.split("&") if p and wanted(p)] if parts.query else []
    host = parts.hostname.lower().removeprefix("www.")
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    return host + port + parts.path.rstrip("/") + ("?" + "&".join(kept) if kept else "")


def _with_fragment(url: str, normal: str) -> str:
    _, mark, fragment = url.strip().partition("#")
    return f"{normal}#{fragment}" if normal and mark and fragment else normal


def _split(url: str) -> SplitResult | None:
    """The parts of an address; None for one that is none, such as `http://[`."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (read when asked, and may be no number)
    except ValueError:
        return None
    return parts


def _with_scheme(text: str) -> str:
    """`arxiv.org/abs/...`, as people copy it, as an address."""
    host, slash, _ = text.partition("/")
    known = slash and (host.lower() in _RESOLVERS or _ARXIV_HOSTS.match(host.lower()) or _DOI_HOSTS.match(host.lower()))
    return f"https://{text}" if known else text


def _arxiv_in_address(url: str) -> str | None:
    parts = _split(url)
    if parts is None:
        return None
    host, path = (parts.hostname or "").lower(), unquote(parts.path)
    if host in _RESOLVERS:
        return arxiv_id(path.lstrip("/")) if path.lower().startswith(f"/{_ARXIV_DOI}") else None
    if host.endswith("adsabs.harvard.edu") and (bibcode := _BIBCODE.match(path)):
        return arxiv_id(f"{bibcode[1]}.{bibcode[2]}")
    if not _ARXIV_HOSTS.match(host):
        return None
    if mirrored := _ARXIV_FTP.search(path):
        return arxiv_id(mirrored[2] if "." in mirrored[2] else f"{mirrored[1]}/{mirrored[2]}")
    found = _ARXIV_PATH.match(path)
    return arxiv_id(found[1]) if found else None


def _doi_in_address(url: str) -> str:
    parts = _split(url)
    if parts is None:
        return ""
    host, path = (parts.hostname or "").lower(), unquote(parts.path)
    if host in _RESOLVERS:
        return _folded_doi(path.lstrip("/"))
    if not _DOI_HOSTS.match(host):
        return ""
    if found := _DOI_IN_PATH.search(_OWN_NUMBER.sub(r"\1", path)):
        return _folded_doi(_VIEW.sub("", found[1]).rstrip("/"))
    return _folded_doi(_doi_of_site(host, path, parts.query))


def _doi_of_site(host: str, path: str, query: str) -> str:
    """The DOI that a site's own number of an article makes."""
    if host.endswith("nature.com"):
        article = _NATURE.match(path)
        return f"10.1038/{article[1]}" if article else ""
    if host.endswith("rxiv.org"):
        preprint = _PREPRINT.search(path)
        return f"10.1101/{preprint[1]}" if preprint else ""
    return parse_qs(query).get("id", [""])[0] if host.endswith("plos.org") else ""


def _folded_doi(text: str) -> str:
    exact = _DOI.match(text)
    return _PREPRINT_VERSION.sub(r"\1", exact[1].rstrip(".,;)").lower()) if exact else ""
