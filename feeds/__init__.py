"""The pure half of Paper Round: digests, papers, queries, feeds. Touches no network, disk or clock."""
