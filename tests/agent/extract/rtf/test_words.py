from __future__ import annotations

from agent.extract.rtf import words as rtf_words


def test_a_word_means_one_thing() -> None:
    kinds = (
        rtf_words.FLOWS.keys(),
        rtf_words.CAUGHT,
        rtf_words.LEFT_OUT,
        rtf_words.ENDS,
        rtf_words.CHARACTERS.keys(),
        rtf_words.SETTERS,
    )
    words = [word for kind in kinds for word in kind]
    assert len(words) == len(set(words))
    assert set(words) == rtf_words.ACTIVE


def test_all_that_is_read_is_read_behind_a_star_too() -> None:
    assert rtf_words.FLOWS.keys() | rtf_words.CAUGHT <= rtf_words.KNOWN_STARRED
    assert not rtf_words.LEFT_OUT & rtf_words.KNOWN_STARRED


def test_control_words_stand_for_single_characters() -> None:
    assert rtf_words.CHARACTERS["tab"] == "\t"
    assert all(len(character) == 1 for character in rtf_words.CHARACTERS.values())
