"""Mails as arXiv sends them, of papers made up here."""

from datetime import date

RULE = "-" * 78


def listing(day: date, *ids: str) -> bytes:
    """A listing mail of a day with these papers."""
    entries = "".join(_entry(one, day) for one in ids)
    window = f" received from  {day:%a %d %b %y} 19:00:00 GMT  to  {day:%a %d %b %y} 19:00:00 GMT"
    return f"""From: no-reply@arxiv.org
To: rabble@arxiv.org
Subject: cs daily Subj-class mailing 80028 1
Date: {day:%a, %d %b %Y} 02:10:00 -0500
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii

{RULE}
{RULE}
Send any comments regarding submissions directly to submitter.
{RULE}
Archives at http://arxiv.org/
{RULE}
 Submissions to:
Computation and Language
{window}
{RULE}
{entries}%%%---%%%---%%%---%%%---%%%---%%%---%%%---%%%---%%%---%%%---
""".encode()


def _entry(arxiv: str, day: date) -> str:
    return f"""\\\\
arXiv:{arxiv}
Date: {day:%a, %d %b %Y} 10:00:00 GMT   (37kb,D)

Title: Paper {arxiv} of the list
Authors: Ada Lovelace, Alan Turing
Categories: cs.CL
\\\\
  We ask what {arxiv} means and answer at length.
\\\\ ( https://arxiv.org/abs/{arxiv} ,  37kb)
{RULE}
"""


def welcome(subject: str = "Welcome to the list") -> bytes:
    """A mail that is no digest."""
    return (
        f"From: list@example.org\nTo: me@example.org\nSubject: {subject}\nDate: Tue, 6 Jan 2026 08:00:00 +0000\n\n"
        "You will hear from us.\n"
    ).encode()


def scholar(subject: str, html: str, day: date) -> bytes:
    """A mail of Scholar's alerts with this body."""
    return (
        "From: Google Scholar Alerts <scholaralerts-noreply@google.com>\nTo: me@example.org\n"
        f"Subject: {subject}\nDate: {day:%a, %d %b %Y} 08:00:00 +0000\n"
        f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{html}\n"
    ).encode()
