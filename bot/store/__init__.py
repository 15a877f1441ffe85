"""The store: the one door to the database. It knows no platform and no source."""
