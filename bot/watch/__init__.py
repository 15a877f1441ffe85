"""Watching: the state of sources and destinations as values, and what wants a person."""
