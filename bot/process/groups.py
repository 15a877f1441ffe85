"""Tasks that ran side by side, and what they raised together."""


def first_of(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first that is no group itself."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first
