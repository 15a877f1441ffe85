"""A paper, a digest, and identity: when two sightings are one paper, and what they make together.

Does not clean text (feeds.text) and stores nothing.
"""

from feeds.paper.addresses import arxiv_id, normal_doi, normal_url
from feeds.paper.identity import keys, same_entry, same_paper
from feeds.paper.merging import merge, refreshed
from feeds.paper.model import Digest, Paper, Picture, Skipped
from feeds.paper.sentence import Sentence, sentence_of
from feeds.paper.titles import folded_title, title_id

__all__ = [
    "Digest",
    "Paper",
    "Picture",
    "Sentence",
    "Skipped",
    "arxiv_id",
    "folded_title",
    "keys",
    "merge",
    "normal_doi",
    "normal_url",
    "refreshed",
    "same_entry",
    "same_paper",
    "sentence_of",
    "title_id",
]
