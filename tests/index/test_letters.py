from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from index.letters import letters, near

words = st.text("abcdefgé学π'", min_size=1, max_size=6)


def found(word: str, edits: int, others: list[str]) -> set[str]:
    """Give what is near of words of any lengths."""
    groups = {length: [other for other in others if len(other) == length] for length in map(len, others)}
    texts = {length: "\n".join(group) for length, group in groups.items()}
    return {
        other
        for length, text in texts.items()
        if abs(length - len(word)) <= edits
        for other in near(word, edits, text, length, letters(text, length))
    }


@given(words, st.integers(1, 2), st.lists(words, min_size=1))
def test_no_word_that_is_so_near_is_left_out(word: str, edits: int, others: list[str]) -> None:
    assert found(word, edits, others) >= {other for other in others if OSA.distance(word, other) <= edits}


def test_words_of_other_letters_are_left_out() -> None:
    assert found("apple", 2, ["appel", "maple", "pears", "lemon", "juice"]) == {"appel", "maple", "pears"}
    assert found("apple", 2, ["applets", "appleqx"]) == {"applets", "appleqx"}
    assert found("apple", 2, ["oranges", "orange"]) == set()
