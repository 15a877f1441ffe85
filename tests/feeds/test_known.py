"""What is worked out once."""

from feeds.known import Known, forget, remembered


def test_an_answer_is_kept_until_there_are_too_many() -> None:
    asked: list[str] = []

    def answer(word: str) -> int:
        asked.append(word)
        return len(word)

    known = Known[str, int](answer, 2)
    assert [known[word] for word in ("a", "bb", "a", "ccc", "ccc", "bb")] == [1, 2, 1, 3, 3, 2]
    assert asked == ["a", "bb", "ccc", "bb"]
    assert sorted(known) == ["bb", "ccc"]


def test_a_function_remembers_what_it_was_asked_last_until_all_forget() -> None:
    asked: list[str] = []

    @remembered(2)
    def answer(word: str) -> int:
        asked.append(word)
        return len(word)

    known = Known[str, int](len, forgets=True)
    for word in ("a", "bb", "a", "ccc", "a", "bb"):
        assert answer(word) == known[word]
    assert asked == ["a", "bb", "ccc", "bb"]
    forget()
    assert (answer("a"), asked[-1], known) == (1, "a", {})
