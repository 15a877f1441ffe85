"""Makes pictures small, in a process of its own that may be killed: whatever comes from elsewhere may be a bomb.

Run by its path, it reads pictures from its standard input, one after the other, each after four bytes with its length,
and answers each with a line of JSON, then the small one's bytes. It knows nothing else of the program.
"""

import json
import os
import resource
import sys
import warnings
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

WIDTH, HEIGHT = 320, 480
"""What a small picture fits into."""
LEAST = 32
"""Below so many pixels a side it is a spacer, or counts its readers."""
PIXELS = 12_000_000
"""At most: the largest take some 250 MB while they are read (WebP; measured)."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MEMORY = 640 * 2**20
"""Bytes, of addresses."""
SECONDS = 3
"""Of the processor, for one picture."""


def small(data: bytes) -> tuple[bytes, int, int]:
    """The picture as WebP, and its sides; its first frame alone. Raises what Pillow raises, and ValueError."""
    with Image.open(BytesIO(data), formats=FORMATS) as image:
        if min(image.size) < LEAST:
            raise ValueError(f"it is {image.width} x {image.height}")
        image.draft("RGB", (2 * WIDTH, 2 * HEIGHT))
        ImageOps.exif_transpose(image, in_place=True)
        mode = "RGBA" if image.has_transparency_data else "RGB"
        plain = image if image.mode == mode else image.convert(mode)  # each copy of a large one is a hundred megabytes
        plain.thumbnail((WIDTH, HEIGHT), Image.Resampling.LANCZOS, reducing_gap=2.0)
        made = BytesIO()
        plain.save(made, "WEBP", quality=80, method=4, icc_profile=b"", exif=b"")
        return made.getvalue(), plain.width, plain.height


def bound() -> None:
    """No more memory than a picture may take, and behind all else on the processor."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with suppress(OSError, ValueError):  # a system that knows no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with suppress(OSError):
        os.nice(10)


def _bound_one() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + SECONDS
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def serve(given: BinaryIO, answers: BinaryIO) -> None:
    """Until nothing more is given."""
    while len(head := given.read(4)) == 4:
        _bound_one()
        data = given.read(int.from_bytes(head, "big"))
        told: dict[str, object]
        try:
            made, width, height = small(data)
            told = {"size": len(made), "width": width, "height": height}
        except Exception as error:  # noqa: BLE001  (of whatever kind: it is this picture's)
            made, told = b"", {"reason": f"{type(error).__name__}: {error}"[:200]}
        answers.write(json.dumps(told).encode() + b"\n" + made)
        answers.flush()


if __name__ == "__main__":
    bound()
    serve(sys.stdin.buffer, sys.stdout.buffer)
