"""Digests dropped in a folder."""
