"""The half of Paper Round with effects: network, disk, clock, secrets."""
