"""Mutants that may live, since nobody can see them, and why."""

SIZES = "so much at once, or kept: it costs time or memory, and answers are the same"
SOONER = "it spares work: what is left is looked at in the texts themselves, and is the same"
PAST = "any moment of the past will do"
FIRST = "of those that are found the first is looked at"
MAY_LIVE: tuple[tuple[str, str, str], ...] = (
    (
        "feeds/query/sense.py",
        "truth[_EVERYTHING] = (1 << size) - 1",
        "a case more in which nothing is true: one is there",
    ),
    (
        "feeds/query/parser.py",
        "if text.isascii() and text.isprintable():",
        "what can be printed is not unreadable: it spares the look at each character",
    ),
    (
        "feeds/query/tree.py",
        "attribute(default=0",
        "what is made of another query is at no place, and no place is told",
    ),
    ("feeds/query/parser.py", "return items[0] if len(items) == 1", "the first of one is the last"),
    ("feeds/query/foreign.py", "name.lower() == 'before'", "of before and after the latter is the lesser"),
    ("feeds/query/compiled.py", "eq=False", "it is queries that are compared"),
    ("feeds/query/parser.py", "if len(text) > 2 * _TOO_MANY:", "a shorter text has not so many pieces"),
    ("feeds/match/phrase.py", "if len(self.steps) == 1 and", "one word is found as a phrase too: so it is at once"),
    ("feeds/match/phrase.py", "not self.steps[0][0].beginning", "one word has one step"),
    ("feeds/match/phrase.py", "wanted = self.steps[0][0].words", "one word has one step"),
    ("feeds/match/phrase.py", "or (begun and edge.plain.startswith(begun))", SOONER),
    ("feeds/match/zone.py", "if way else (-1, False)", "without a way all texts are looked at"),
    ("feeds/match/zone.py", "-1 if not way or len(ways(leaf.wanted)) > 1 else some", SOONER),
    ("feeds/match/zone.py", "if bits >> paper & 1:", SOONER),
    (
        "feeds/match/subscriptions.py",
        "(1 << len(batch.papers)) - 1",
        "a paper more that has nothing: no query matches such a one",
    ),
    ("feeds/match/zone.py", "_FEW = 6", SIZES),
    ("feeds/match/zone.py", "self._questions += 1", SIZES),
    ("feeds/match/authors.py", "self._questions += 1", SIZES),
    ("feeds/match/authors.py", "if self._questions <= _FEW or", SIZES),
    ("feeds/match/zone.py", "_FEW if often else 0", SIZES),
    ("feeds/match/zone.py", "_KEPT = 1 << 12", SIZES),
    ("feeds/match/authors.py", "_FEW = 6", SIZES),
    ("feeds/match/batch.py", "often=True", SIZES),
    ("feeds/match/batch.py", 'leaf.kind != "e"', "of the letters of kinds e is the first"),
    ("feeds/match/batch.py", "if len(queries) < _MANY:", SOONER),
    ("feeds/match/batch.py", "_KEPT = 1 << 17", SIZES),
    ("feeds/match/batch.py", "_CHUNK = 1_000", SIZES),
    ("feeds/match/batch.py", "_MANY = 500", SIZES),
    ("feeds/match/authors.py", "end == len(query)", "no word ends behind the last one"),
    ("feeds/match/authors.py", 'if kind == "w" else set()', "of the letters of kinds w is the last"),
    ("feeds/match/authors.py", "range(128)", "nothing of ASCII is beyond"),
    ("feeds/match/authors.py", "inflects=False) for spelt in (text", "only how the words are written is looked at"),
    ("feeds/match/facts.py", 'if kind == "p":', "of the two kinds that are left the other is w"),
    ("feeds/match/phrase.py", "len(name) > 1 and", SOONER),
    ("feeds/match/zone.py", "or len(way) > 1:", SOONER),
    ("feeds/match/index.py", "len(words) <= MOST_ROOTS and", SOONER),
    ("bot/delivery/deliverer.py", "self._digests_from = 0.0", PAST),
    ("bot/delivery/deliverer.py", "self._held_at, self._digests_from = None, 0.0\n            for", PAST),
    (
        "bot/delivery/deliverer.py",
        "began >= self._held_at:\n            self._held_at, self._digests_from = None, 0.0",
        PAST,
    ),
    (
        "bot/delivery/lane.py",
        "float):\n                break",
        "what is no turn stays none, however often it is looked at",
    ),
    ("bot/delivery/lane.py", "deadline < FAR", "no deadline is just so far"),
    ("bot/delivery/weekly.py", "_READ = 28", SIZES),
    ("bot/delivery/weekly.py", "_READ - 1", SIZES),
    (
        "bot/delivery/weekly.py",
        "window.covered, window.since - _DAY",
        "what papers hold that were counted is not new any more",
    ),
    ("bot/delivery/packing.py", "_KEPT = 256", SIZES),
    ("bot/delivery/gate.py", "self._next = 0.0", PAST),
    (
        "bot/store/outbox/moments.py",
        "(tried_for > seconds, seconds), (tried_for > 0, tried_for)",
        "of two that are equal either will do",
    ),
    ("bot/store/outbox/names.py", "[:16]", "a mark is compared with others that are as long"),
    (
        "bot/delivery/lane.py",
        "if move.digest else pack",
        "what is packed is the same on either thread: others go on meanwhile",
    ),
    ("bot/delivery/lane.py", "<= TARDY", "nobody is late by just that fraction of a second"),
    ("bot/delivery/lane.py", "return Hold(0)\n        try", PAST),
    ("bot/delivery/lane.py", "return Hold(0)  # the lane's", PAST),
    ("bot/store/outbox/outcomes.py", '(message.c.state == "sending")', "only one that is being sent has an owner"),
    ("bot/store/outbox/outcomes.py", "refused: bool = False\n", "left out only where no failure is counted"),
    ("bot/store/outbox/names.py", ".limit(1)", FIRST),
    ("bot/store/outbox/lanes.py", "update(destination).values(not_before=0))\n    connection", PAST),
    ("bot/store/outbox/next_up.py", "rows[0][:_CALLED]", "all of them begin alike: it is who called that differs"),
    ("bot/store/outbox/overview.py", ".limit(1)", FIRST),
    ("bot/store/outbox/outcomes.py", ".limit(1)", FIRST),
    ("bot/store/outbox/pruning.py", "MESSAGES, PAPERS = 100, 200", SIZES),
    ("bot/store/outbox/pruning.py", "ROWS = 5_000", SIZES),
    ("bot/store/outbox/standing.py", "_SOME = 500", SIZES),
)
"""A file, what stands there, and why nobody sees another thing in its place."""


def explained(file: str, before: str, after: str) -> str:
    """Why a change of a file may live; empty: nobody knows."""
    return next((why for its, old, why in MAY_LIVE if its == file and _is_there(old, before, after)), "")


def _is_there(old: str, before: str, after: str) -> bool:
    """Whether all that differs stands in the place of a text."""
    pieces = before.split(old)
    heads = (old.join(pieces[:number]) for number in range(1, len(pieces)))
    return any(after.startswith(one) and after.endswith(before[len(one) + len(old) :]) for one in heads)
