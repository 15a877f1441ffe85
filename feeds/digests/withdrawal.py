"""How authors and arXiv say that a paper was withdrawn, in its comment or in place of its abstract.

Three ways, each where a sentence begins: it was withdrawn, we withdraw it, please withdraw it.
Not meant: a former version, or withdrawn from a conference.
"""

import re

_WORK = (
    r"(?:e-?print|pre-?print|paper|article|submission|manuscript|work|version|draft|report|note|study|letter|document)"
)
_NOT_FORMER = r"(?!(?:first|second|previous|earlier|old|older|original|prior|initial|former|last|not|never)\b)"
_NOT_ELSEWHERE = (
    r"(?! from (?:the |its |a )?(?:journal|conference|proceedings|workshop|review|consideration|competition|peer|iclr|"
    r"neurips|nips|icml|cvpr|[ei]ccv|wacv|acl|emnlp|naacl|coling|aaai|ijcai|kdd|sigir|interspeech|icassp|submission))"
)
_SENTENCE = r"(?:\A|[.;:!)]\s*|\s[-–—]+\s)\W*"
_WAS = (
    r"(?:(?:has|have|had) (?:now )?been |(?:is|was|are|were) (?:now )?(?:being )?"
    r"|(?:should|must|will|needs to|has to) be )?"
)
_REASON = (
    r"(?=\W*\Z|\s?[.,;:!)(\]*–—-]|\s(?:by|due|because|as|for|since|to|after|at|pending|until|from|and|on|while|"
    r"in order|owing|following|per|upon|with)\b)"
)
_AUTHORS = r"(?:i|we|(?:the |all |both |our )?(?:\w+ )?(?:co-?)?(?:authors?|team))"
_IT = rf"(?:(?:this|our|my|the) (?:[\w-]+ )?{_WORK}\b|it\b)"
_PAPER = rf"(?:(?:this|the|our|my|present) )?(?:{_NOT_FORMER}[\w-]+ )?{_WORK}s? (?:\([^()]*\) )?{_WAS}"
_INTENT = rf"(?:[^.;:!]{{0,150}}, )?{_AUTHORS}\b[^.;:!]{{0,60}}? (?:withdr(?:aw|ew|awn|awing)|withdrawal of) "
_DONE = r"(?:i|we|(?:the )?authors?) (?:have |has |had |hereby )?(?:withdrawn|withdrew)\W*"
_WAYS = (
    rf"{_PAPER}(?:{_NOT_FORMER}\w+ )?withdrawn\b{_NOT_ELSEWHERE}",
    rf"(?:(?:it )?(?:has been|is|was) |to be |\w+ly |self-)?withdrawn\b{_NOT_ELSEWHERE}{_REASON}",
    rf"{_INTENT}{_IT}{_NOT_ELSEWHERE}",
    rf"{_DONE}(?:\Z|due|because|for|as|since|after)",
    rf"(?:please )?withdraw(?:ing|al of)? (?:this|the|our|my) (?:[\w-]+ )?{_WORK}\b",
    rf"(?:this |the )?{_WORK} (?:has been |was )?removed by arxiv\b",
)
_REMARK = re.compile(rf"{_SENTENCE}(?:{'|'.join(_WAYS)})", re.IGNORECASE)
_SIGN = re.compile(r"withdr|removed by", re.IGNORECASE)
_LONGEST = 600
"""Characters of a text within which such a remark stands."""


def is_withdrawn(*texts: str) -> bool:
    """Whether a comment or an abstract says, where one of its first sentences begins, that the paper was withdrawn."""
    return any(_says_so(text[:_LONGEST]) for text in texts)


def _says_so(text: str) -> bool:
    return _SIGN.search(text) is not None and _REMARK.search(" ".join(text.split())) is not None
