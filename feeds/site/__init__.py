"""The site's pages: values in, HTML bytes out. The same pages, whether written as files or served.

Reads no store and writes no file. Templates, style sheet and script are package data, read at import.
"""

from feeds.site.address import (
    citation_path,
    feed_page_path,
    page_name,
    paper_page_path,
    period_path,
    root_of,
    search_path,
)
from feeds.site.assets import ASSETS, LOOK, POLICY
from feeds.site.listing import Lister, listed
from feeds.site.mailing import (
    LIVE,
    Brought,
    Form,
    Managed,
    Standing,
    Step,
    brought_piece,
    manage_page,
    step_page,
    subscribe_page,
)
from feeds.site.pages import (
    address_page,
    error_page,
    feed_item,
    feed_page,
    feeds_page,
    home_page,
    paper_page,
    search_page,
    time_page,
)
from feeds.site.periods import SPANS, Period, Span, periods
from feeds.site.pieces import moved, pieces
from feeds.site.sheets import AT_MOST, LIBRARY, ORDERS, Order, Sheet, by_votes, sheet, sheets
from feeds.site.values import Elsewhere, FeedSummary, Listed, Search, Site, Stretch, Times
from feeds.site.ways import path_of
from feeds.weeks import Week, weeks_of

__all__ = [
    "ASSETS",
    "AT_MOST",
    "LIBRARY",
    "LIVE",
    "LOOK",
    "ORDERS",
    "POLICY",
    "SPANS",
    "Brought",
    "Elsewhere",
    "FeedSummary",
    "Form",
    "Listed",
    "Lister",
    "Managed",
    "Order",
    "Period",
    "Search",
    "Sheet",
    "Site",
    "Span",
    "Standing",
    "Step",
    "Stretch",
    "Times",
    "Week",
    "address_page",
    "brought_piece",
    "by_votes",
    "citation_path",
    "error_page",
    "feed_item",
    "feed_page",
    "feed_page_path",
    "feeds_page",
    "home_page",
    "listed",
    "manage_page",
    "moved",
    "page_name",
    "paper_page",
    "paper_page_path",
    "path_of",
    "period_path",
    "periods",
    "pieces",
    "root_of",
    "search_page",
    "search_path",
    "sheet",
    "sheets",
    "step_page",
    "subscribe_page",
    "time_page",
    "weeks_of",
]
