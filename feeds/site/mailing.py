"""The pages by which people subscribe by mail, change what comes, and end it: values in, HTML out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from feeds.paper import Paper
from feeds.query import QueryError
from feeds.site.assets import POLICY
from feeds.site.drawing import environment
from feeds.site.values import Site

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LIVE = f"{POLICY}; connect-src 'self'"
"""The policy of the one page whose script asks the server something: what a query would bring."""


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody filled in, or may begin with."""

    address: str = ""
    query: str = ""
    deliver: str = "daily"
    """`daily`, `weekly`; of what stands already perhaps another word, which stays."""
    weekday: str = "mon"
    hour: str = "09:00"
    timezone: str = "UTC"
    faults: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By the name of the field, what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a query would have brought, or why it is none."""

    words: str = ""
    papers: Sequence[Paper] = ()
    """The newest of them."""
    error: QueryError | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription of an address."""

    number: int
    form: Form
    when: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Managed:
    """What comes to an address."""

    address: str
    some: Sequence[Standing]
    """Its own subscriptions."""
    given: Sequence[tuple[str, str]] = ()
    """What who runs the site sends there, and when."""
    told: str = ""
    """What was just done."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page that says one thing, and may have one button."""

    title: str
    words: Sequence[str]
    query: str = ""
    button: str = ""
    link: tuple[str, str] | None = None
    """Words, and a path below the site's address."""


def subscribe_page(site: Site, form: Form, brought: Brought | None, unchosen: str, root: str = "") -> bytes:
    """The form, with what its query would bring. `unchosen`: the zone that nobody chose, so the reader's may follow."""
    return _page("subscribe.html", site, root, LIVE, form=form, brought=brought, unchosen=unchosen)


def brought_piece(brought: Brought) -> bytes:
    """What a query would bring, for the page that asks with its script."""
    return _page("brought.html", None, "", POLICY, brought=brought)


def manage_page(site: Site, managed: Managed, root: str) -> bytes:
    """All that comes to an address, with what changes it."""
    return _page("manage.html", site, root, POLICY, managed=managed)


def step_page(site: Site, step: Step, root: str) -> bytes:
    """A step on the way: a question with its button, or what was done."""
    return _page("step.html", site, root, POLICY, step=step)


def _page(template: str, site: Site | None, root: str, policy: str, **values: object) -> bytes:
    told = environment().get_template(template)
    page = told.render(site=site, root=root, alternates=(), policy=policy, weekdays=DAYS, **values)
    return page.encode("utf-8", "replace")
