"""Channels that are opened when they are first asked for: a round that sends nothing loads no platform's library."""

from collections.abc import Iterator, Mapping

from bot.channels.channel import Channel
from bot.channels.kind import Opening
from bot.channels.unopened import UnopenedChannel, why_unopened


class Channels(Mapping[str, Channel]):
    """By scheme; `opened` are those that are open from the beginning, such as what is known to fail."""

    def __init__(self, openings: Mapping[str, Opening], opened: Mapping[str, Channel]) -> None:
        self._openings = openings
        self.opened = dict(opened)

    def __getitem__(self, scheme: str) -> Channel:
        if scheme not in self.opened:
            self.opened[scheme] = _open(scheme, self._openings[scheme])
        return self.opened[scheme]

    def __contains__(self, scheme: object) -> bool:
        return scheme in self.opened or scheme in self._openings

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys([*self._openings, *self.opened])

    def __len__(self) -> int:
        return len({*self._openings, *self.opened})


def _open(scheme: str, opening: Opening) -> Channel:
    try:
        return opening()
    except Exception as error:  # noqa: BLE001  (whatever an opener does wrong is its platform's failure)
        return UnopenedChannel(why_unopened(scheme, error))


def broken(channels: Mapping[str, Channel]) -> set[str]:
    """The schemes of those that are known to fail, without opening any."""
    known = channels.opened if isinstance(channels, Channels) else channels
    return {scheme for scheme, one in known.items() if isinstance(one, UnopenedChannel)}
