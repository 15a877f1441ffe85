"""A destination: one place where messages go, as one spelling of it says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Destination:
    """One place where messages go, spelled one way."""

    scheme: str
    address: str
    thread: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}:{self.address}" + (f"/{self.thread}" if self.thread else "")
