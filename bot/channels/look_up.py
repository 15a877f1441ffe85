"""What a look-up that failed means, for every channel that can look up a message with a lost answer. Asks nothing."""

from bot.channels.channel import Kind, SendError


def failed(error: SendError, *, impossible: bool = False) -> SendError:
    """UNSURE where no look-up is possible, so that the lane may send again; WAIT where it may be asked again.

    A refusal that an administrator must lift (`patient`) counts as impossible: the lane would wait for days. A refused
    token stays what it is.
    """
    if impossible or error.patient or error.kind not in {Kind.WAIT, Kind.UNSURE, Kind.STOP}:
        return SendError(Kind.UNSURE, f"the chat's history cannot be read: {error.reason}")
    if error.kind is Kind.UNSURE:
        return SendError(Kind.WAIT, f"the look-up failed: {error.reason}")
    return error
