"""What a form says: read, found right or told what is wrong; and whether it is a form of ours. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers

from bot.channels.email.address import read_address
from bot.rules.standing import Times
from bot.rules.timing import Rule, parse_rule
from bot.rules.zones import zone_of
from feeds.query import Query, QueryError, parse_query
from feeds.site import Form

_FIELDS = 40
_LONGEST_LINE = 4_000
"""Characters of a value, as of a query."""


def fields_of(body: bytes) -> dict[str, str]:
    """Name -> value of a form as browsers post it; nothing of what is no form. Of two of a name the first counts."""
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        return {}
    return {name: value[: _LONGEST_LINE + 1] for name, value in reversed(pairs)}


def filled(fields: Mapping[str, str], usual: Form) -> Form:
    """A form as it was filled in, right or not; what is missing stays as usual."""

    def given(name: str, otherwise: str) -> str:
        return fields.get(name, otherwise).strip()

    return Form(
        given("address", usual.address),
        given("query", usual.query),
        given("deliver", usual.deliver),
        given("weekday", usual.weekday),
        given("hour", usual.hour),
        given("timezone", usual.timezone),
    )


def checked(form: Form, *, addressed: bool) -> tuple[Form, Query | None]:
    """The same with every value as we write it, and its faults by name; the query where there is no fault."""
    faults: dict[str, str] = {}
    address = read_address(form.address) if addressed else ""
    if address is None:
        faults["address"] = "This is no address of mail; write one like ada@example.org"
    query, wrong = read_query(form.query)
    if wrong:
        faults["query"] = wrong
    try:
        rule = parse_rule(when(form))
    except ValueError:
        faults["hour"], rule = "Write an hour like 09:00", None
    try:
        zone = zone_of(form.timezone)
    except ValueError as error:
        faults["timezone"], zone = str(error), form.timezone
    said = replace(form, address=address or form.address, timezone=zone, faults=faults)
    return replace(said, hour=f"{rule.at:%H:%M}") if rule and rule.at else said, None if faults else query


def read_query(text: str) -> tuple[Query | None, str]:
    """A query; or what is wrong with it, in words."""
    try:
        return parse_query(text), ""
    except QueryError as error:
        better = f" Write: {error.suggestion}" if error.suggestion else ""
        return None, f"{error.message}{better}"


def when(form: Form) -> str:
    """As a subscription keeps it. Words that are none make none."""
    day = f" {form.weekday}" if form.deliver == "weekly" else ""
    return f"{form.deliver}{day} {form.hour}" if form.deliver in {"daily", "weekly"} else form.deliver


def form_of(query: str, times: Times) -> Form:
    """A subscription that stands, to be changed."""
    rule: Rule = times.rule
    form = Form(query=query, deliver=rule.mode, timezone=times.timezone)
    if rule.weekday is not None:
        form = replace(form, weekday=str(rule).split()[1])
    return replace(form, hour=f"{rule.at:%H:%M}") if rule.at else form


def is_foreign(headers: Headers, *, strict: bool) -> bool:
    """Whether another site's page sent this form (threats: a visitor's browser asks in somebody else's name).

    Browsers tell by Sec-Fetch-Site over TLS, else by Origin; a program that tells nothing speaks for itself. `strict`:
    an origin that is withheld is another one's; where the address holds a secret, nobody else knows it anyway.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return False
    if origin == "null":
        return strict
    return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
