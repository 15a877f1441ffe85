"""Remarks that a paper was withdrawn, as authors and arXiv word them; facts of form, in words of ours where long."""

import pytest

from feeds.digests.withdrawal import is_withdrawn


@pytest.mark.parametrize(
    "remark",
    [
        "Paper has been withdrawn",
        "The authors have decided to withdraw this submission",
        "the authors have decided to withdraw this submission, which is no longer meant for the public",
        "I have withdrawn",
        "I have withdrawn this paper",
        "We have withdrawn this paper due to an error in Lemma 3",
        "After a discussion, our author team has decided to withdraw this submission",
        "Due to errors in the method, I have to withdraw this paper",
        "We want to withdraw this paper, as the data were not ours to use",
        "Withdrawn to extend the findings in a future version",
        "Withdrawn by the authors due to a bug",
        "Withdrawn after a result in Section 5 was found to be wrong",
        "This paper has been withdrawn due to a policy of ours",
        "This paper was withdrawn by the author(s)",
        "12 pages, 3 figures. This paper has been withdrawn by the author",
        "10 pages; withdrawn by author",
        "Withdrawn",
        "WITHDRAWN: error in the proof",
        "(withdrawn)",
        "Temporarily withdrawn for revision",
        "This submission has been withdrawn by arXiv administrators",
        "arXiv admin note: submission has been withdrawn by arXiv administrators",
        "This version withdrawn by arXiv administrators",
        "This article has been removed by arXiv administrators",
        "Paper withdrawn due to a mistake in Theorem 1",
        "The paper is withdrawn because of an error",
        "This paper is being withdrawn due to a flaw",
        "This paper needs to be withdrawn because of errors",
        "Has been withdrawn due to a sign error",
        "The author has withdrawn this paper",
        "Authors request withdrawal of this paper",
        "We are withdrawing this paper",
        "Please withdraw this paper",
        "The authors wish to withdraw this manuscript",
        "We decided to withdraw it because of a bug",
        "Manuscript withdrawn, superseded by arXiv:2401.01234",
        "This\npaper has\n  been withdrawn",
    ],
)
def test_a_remark_that_the_paper_was_withdrawn_is_seen(remark: str) -> None:
    assert is_withdrawn(remark, "An abstract.")
    assert is_withdrawn("", remark)


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "12 pages, 5 figures",
        "Withdrawal symptoms of opioids are studied",
        "Withdrawn individuals post less in social networks",
        "Withdrawn from ICLR 2025",
        "This paper was withdrawn from ICLR 2024 and sent elsewhere",
        "The previous version has been withdrawn",
        "An earlier version of this paper was withdrawn because of an error, now mended",
        "This replaces the withdrawn arXiv:1201.0001",
        "This paper has not been withdrawn",
        "We study why authors withdraw papers from arXiv",
        "We analyse papers that were withdrawn by their authors",
        "We present a dataset of papers withdrawn from arXiv",
        "We withdraw the assumption of convexity",
        "The curriculum progressively withdraws it.",
        "Users withdrew cash from banks; we model it",
    ],
)
def test_what_only_speaks_of_withdrawing_is_none(remark: str) -> None:
    assert not is_withdrawn(remark, remark)
