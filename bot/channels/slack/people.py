"""What an address is, by how it begins."""


def is_person(address: str) -> bool:
    """A member's, `U...`, or in a large organisation `W...` (Slack's page on the user type)."""
    return address.startswith(("U", "W"))


def is_name(address: str) -> bool:
    """No conversation's own id: what is sent to a person stands in the direct messages' `D...`."""
    return address.startswith("#") or is_person(address)
