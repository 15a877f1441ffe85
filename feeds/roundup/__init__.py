"""A week against the twelve before it: what rose, which words are new, and how some queries went."""

from feeds.roundup.comparison import Comparison
from feeds.roundup.values import BEFORE, Course, NewWord, Risen, Roundup, Window

__all__ = ["BEFORE", "Comparison", "Course", "NewWord", "Risen", "Roundup", "Window"]
