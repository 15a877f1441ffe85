"""The one error of a digest that holds nothing usable."""


class DigestError(ValueError):
    """An answer, page, mail or file that is not what it was taken for; its text is for people.

    A single bad item is no error: it is named in `Digest.skipped`.
    """
