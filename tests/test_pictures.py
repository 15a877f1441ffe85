"""The README's pictures are no older than the code that draws them."""

import json

from tests.pictures import NOTED, PLACE, drawn_now, marks


def test_no_picture_is_older_than_what_it_shows() -> None:
    noted = json.loads(NOTED.read_text())
    assert marks(drawn_now()) == noted, "make pictures, look at them, and commit them"
    assert sorted(path.stem for path in PLACE.glob("*.png")) == sorted(noted)
