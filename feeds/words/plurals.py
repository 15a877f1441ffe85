"""The usual irregular plurals. Not `data`, `media` and `people`: as words of their own they are commoner (measured)."""

from feeds.known import remembered

_PAIRS: dict[str, str] = dict(
    pair.split("/")
    for pair in """
    matrix/matrices vertex/vertices vortex/vortices index/indices appendix/appendices helix/helices simplex/simplices
    cortex/cortices codex/codices apex/apices radix/radices
    criterion/criteria phenomenon/phenomena automaton/automata polyhedron/polyhedra ganglion/ganglia
    mitochondrion/mitochondria taxon/taxa corpus/corpora genus/genera
    bacterium/bacteria spectrum/spectra quantum/quanta stratum/strata maximum/maxima minimum/minima optimum/optima
    extremum/extrema momentum/momenta equilibrium/equilibria symposium/symposia curriculum/curricula
    memorandum/memoranda addendum/addenda erratum/errata millennium/millennia continuum/continua
    nucleus/nuclei stimulus/stimuli locus/loci focus/foci radius/radii fungus/fungi alumnus/alumni syllabus/syllabi
    cactus/cacti bacillus/bacilli thrombus/thrombi torus/tori modulus/moduli annulus/annuli calculus/calculi
    alga/algae larva/larvae vertebra/vertebrae formula/formulae antenna/antennae nebula/nebulae supernova/supernovae
    lemma/lemmata schema/schemata stigma/stigmata
    child/children man/men woman/women foot/feet tooth/teeth goose/geese mouse/mice louse/lice ox/oxen
    plateau/plateaux bureau/bureaux
    life/lives leaf/leaves half/halves knife/knives wife/wives wolf/wolves shelf/shelves thief/thieves calf/calves
    loaf/loaves self/selves
    analysis/analyses hypothesis/hypotheses thesis/theses synthesis/syntheses parenthesis/parentheses crisis/crises
    basis/bases axis/axes diagnosis/diagnoses prognosis/prognoses oasis/oases emphasis/emphases synopsis/synopses
    ellipsis/ellipses neurosis/neuroses psychosis/psychoses metastasis/metastases stenosis/stenoses
    thrombosis/thromboses fibrosis/fibroses
    """.split()  # noqa: SIM905 - a list of words reads better as a text
)
_SINGULARS = {plural: singular for singular, plural in _PAIRS.items()}
_LONG = 7
"""Letters of a plural that is also the end of longer words, such as `submatrices`."""
_LONG_ONES = {singular: plural for singular, plural in _PAIRS.items() if len(plural) >= _LONG}
_PLURAL_ENDS = tuple(_LONG_ONES.values())
_SINGULAR_ENDS = tuple(_LONG_ONES)
_ALSO_REGULAR = ("ses", "ves", "axes")
"""Ends of plurals that are a regular form of another word too: `bases` is of `basis` and `base`."""


@remembered(1 << 14)
def plurals(word: str) -> tuple[str, ...]:
    """The irregular plurals of a word."""
    if word.endswith(_SINGULAR_ENDS):
        return tuple(word[: -len(one)] + many for one, many in _LONG_ONES.items() if word.endswith(one))
    return (_PAIRS[word],) if word in _PAIRS else ()


@remembered(1 << 14)
def singulars(word: str) -> tuple[str, ...]:
    """The words of which it is an irregular plural."""
    if word.endswith(_PLURAL_ENDS):
        return tuple(word[: -len(many)] + one for one, many in _LONG_ONES.items() if word.endswith(many))
    return (_SINGULARS[word],) if word in _SINGULARS else ()


def is_plural_alone(word: str) -> bool:
    """Whether it is an irregular plural and no form of another word."""
    return not word.endswith(_ALSO_REGULAR) and bool(singulars(word))
