"""The web server: the published files, the site's pages, any query as a feed, health and metrics.

Reads the store and the published folder; writes neither.
"""
