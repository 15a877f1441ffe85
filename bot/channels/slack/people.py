"""Whose an id is, by how it begins."""


def is_person(address: str) -> bool:
    """A member's, `U...`, or in a large organisation `W...` (Slack's page on the user type)."""
    return address.startswith(("U", "W"))
