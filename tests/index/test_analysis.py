from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index import analysis


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Running runs RUN", ["running", "runs", "run"]),
        ("Café, naïve Å", ["café", "naïve", "å"]),
        ("ＷＩＤＥ １２", ["wide", "12"]),
        ("𝐁𝐨𝐥𝐝 𝓢𝓬𝓻𝓲𝓹𝓽", ["bold", "script"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("can't can’t CAN'T", ["can't", "can't", "can't"]),
        ("we'll you're I've he'd I'm", ["we'll", "you're", "i've", "he'd", "i'm"]),
        ("l'école d'Artagnan O'Reilly", ["l", "école", "d", "artagnan", "o", "reilly"]),
        ("dogs' 'quoted'", ["dogs", "quoted"]),
        ("C++ and C# (c++)", ["c++", "and", "c#", "c++"]),
        ("C++11 objC#", ["c", "11", "objc"]),
        (".NET 50% snake_case a:b", ["net", "50", "snake", "case", "a", "b"]),
        ("🙂 — … !?", ["🙂"]),
        ("I🙂U ☃☃", ["i", "🙂", "u", "☃", "☃"]),
        ("東京都", ["東京", "京都", "都"]),
        ("東", ["東"]),
        ("Go言語x", ["go", "言語", "語", "x"]),
        ("カタカナ ｶﾅ", ["カタ", "タカ", "カナ", "ナ", "カナ"]),
        ("서울에서", ["서울", "울에", "에서", "서"]),
        ("السلام عليكم", ["السلام", "عليكم"]),
        ("Łódź Ærø", ["łódź", "ærø"]),
        ("", []),
    ],
)
def test_text_becomes_forms_without_case_and_width(text: str, forms: list[str]) -> None:
    assert analysis.forms(text) == forms


@pytest.mark.parametrize("word", ["हिन्दी", "தமிழ்", "שָׁלוֹם", "مُحَمَّد"])
def test_vowel_signs_and_points_do_not_divide_a_word(word: str) -> None:
    assert analysis.forms(word) == [word]


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Café", "cafe"),
        ("NAÏVE", "naive"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("Øresund", "oresund"),
        ("cœur", "coeur"),
        ("Straße", "strasse"),
        ("ＷＩＤＥ", "wide"),
        ("can’t", "can't"),
        ("Đại", "dai"),
        ("ısı", "isi"),
        ("Þór", "thor"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
    ],
)
def test_folding_takes_case_width_and_accents_away(word: str, folded: str) -> None:
    assert analysis.fold(word) == folded


def test_vowel_signs_are_no_accents() -> None:
    assert analysis.fold("कि") != analysis.fold("क")


def test_voicing_marks_are_no_accents_of_korean_syllables() -> None:
    assert analysis.fold("서울") == "서울"


@pytest.mark.parametrize(
    ("word", "language", "stem"),
    [
        ("running", "en", "run"),
        ("happiness", "en", "happi"),
        ("hauser", "de", "haus"),
        ("hauser", "en", "hauser"),
        ("haus", "de", "haus"),
        ("chevaux", "fr", "cheval"),
        ("running", "ja", "running"),
        ("running", "tlh", "running"),
        ("running", "", "running"),
    ],
)
def test_a_stem_is_that_of_the_language(word: str, language: str, stem: str) -> None:
    assert analysis.stem(word, language) == stem


@pytest.mark.parametrize("language", analysis.STEMMERS)
def test_every_language_can_be_asked_for_a_stem(language: str) -> None:
    assert analysis.stem("example", language)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en-GB", "en"), ("DE", "de"), ("zh_Hant-TW", "zh"), (" fr ", "fr"), ("", "en"), ("-", "en")],
)
def test_a_language_is_told_without_its_region(tag: str, language: str) -> None:
    assert analysis.primary(tag) == language


def test_a_very_long_word_is_cut_to_one_form() -> None:
    (form,) = analysis.forms("x" * 10_000)
    assert len(form) == analysis.LONGEST_WORD


@given(st.text() | st.text(st.sampled_from("a é京都カ서'’s 🙂+#C")))
def test_tokens_are_the_forms_with_their_places(text: str) -> None:
    found = list(analysis.tokens(text))
    assert [token.form for token in found] == analysis.forms(text)
    assert all(analysis.form(text[token.start : token.end]) == token.form for token in found)
    assert all(one.start < other.start and one.end <= other.end for one, other in pairwise(found))


@given(st.text(st.sampled_from("abcXYZ019'_-+# .\t\n‘’“”–—…•\u00a0stdmrelv"), max_size=20))
def test_plain_text_is_read_as_any_other_is(text: str) -> None:
    # What has a sign of another script in it is read in the general way; that sign is a word of its own.
    *found, sun = analysis.tokens(f"{text} ☀")
    assert (list(analysis.tokens(text)), sun.form) == (found, "☀")


@given(st.lists(st.sampled_from(["running", "flies", "été", "c++", "", "can't"])), st.sampled_from(["en", "fr", "xx"]))
def test_many_words_have_the_stems_that_each_of_them_has(words: list[str], language: str) -> None:
    assert analysis.stems(words, language) == [analysis.stem(word, language) for word in words]


@given(st.text())
def test_no_form_is_empty(text: str) -> None:
    assert all(analysis.forms(text))


@given(st.text())
def test_the_form_of_a_form_is_the_same(text: str) -> None:
    assert all(analysis.form(form) == form for form in analysis.forms(text))


RUNS = st.text(st.sampled_from("京都東カナ서울"), min_size=1)


@given(before=RUNS, asked=RUNS.filter(lambda run: len(run) > 1), after=st.just("") | RUNS)
def test_what_is_asked_for_stands_in_every_text_that_holds_it(before: str, asked: str, after: str) -> None:
    wanted = analysis.asked_forms(asked)
    forms = analysis.forms(before + asked + after)
    assert wanted in [forms[at : at + len(wanted)] for at in range(len(forms))]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("東京都", ["東京", "京都"]),
        ("東", ["東"]),
        ("a東", ["a", "東"]),
        ("東京 a", ["東京", "京", "a"]),
        ("a b", ["a", "b"]),
    ],
)
def test_the_last_character_of_a_run_that_is_asked_for_may_be_followed_by_more(text: str, forms: list[str]) -> None:
    assert analysis.asked_forms(text) == forms


@pytest.mark.parametrize("spelling", ["Ἀθῆναι", "ϒ", "ℌ", "ᴬ", "Ǆ", "İ", "Ærø", "ﬁ", "ſ"])
def test_folding_twice_changes_nothing_more(spelling: str) -> None:
    assert analysis.fold(analysis.fold(spelling)) == analysis.fold(spelling)


@given(st.text())
def test_a_form_and_its_word_fold_to_the_same(text: str) -> None:
    for token in analysis.tokens(text):
        word = text[token.start : token.end]
        assert analysis.fold(word) == analysis.fold(token.form) or len(word) > analysis.LONGEST_WORD // 4


@given(st.text())
def test_the_key_of_a_tag_is_its_own_key(name: str) -> None:
    assert analysis.tag_key(analysis.tag_key(name)) == analysis.tag_key(name)


@pytest.mark.parametrize("name", ["Web Dev", "  web \t dev ", "ＷＥＢ dev", "WEB\u00a0DEV"])
def test_spellings_of_a_tag_share_a_key(name: str) -> None:
    assert analysis.tag_key(name) == "web dev"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("of\ufb01ce", "office"),  # a ligature
        ("co\u00adoper\u00adate", "cooperate"),  # soft hyphens
        ("\ufeffdjango\u200b", "django"),
        ("\u202ddjango\u202c", "django"),  # directions
        ("\u2764\ufe0f", "\u2764"),  # a variant for colour
        ("e\u00ad\u0301t\u00e9", "été"),
        ("django\u2011web", "django-web"),
        ("django\u2013web", "django-web"),
        ("−1", "-1"),
        ("O’Reilly", "o'reilly"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("\u200b\u00ad", ""),
    ],
)
def test_what_nobody_sees_in_a_tag_does_not_tell_it_apart(name: str, key: str) -> None:
    assert analysis.tag_key(name) == key


def test_tags_that_differ_in_accents_or_signs_stay_apart() -> None:
    assert len({analysis.tag_key(name) for name in ("c", "c++", "c#", "resume", "résumé")}) == 5


def test_threads_find_the_same_stems() -> None:
    words = [f"word{n}s running{n}ly" for n in range(2_000)]

    def stems(text: str) -> list[str]:
        return [analysis.stem(form, language) for form in analysis.forms(text) for language in ("en", "de")]

    expected = [stems(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stems, words)) == expected


LETTERS = "abcdefghijklmnopqrstuvwxyzäöüéèñçåæøаеиопрст"
BEGINNINGS = ["", "ge", "be", "un", "il", "al", "l'", "d'", "c'", "по", "не"]


ENDINGS = (
    "ational ization fulness ousness iveness biliti ically ingly edly ied ies ying eed's enci abli ement "
    "logias uciones amiento adoras idades mente encias iendo aronse yendolas ecerem issemos amente "
    "iilor ului itatea abilitate ivitate iune isme ati serati ernes erede løst elige heterna fullt este leika"
).split()


@pytest.mark.parametrize("language", sorted(analysis.CUT_AT_THE_END | analysis.CUT_WITHIN | {"xx"}))
def test_all_words_of_a_stem_begin_as_it_is_said_of_the_stem(language: str) -> None:
    short = [one + other + third for one in LETTERS for other in LETTERS for third in ("", "s", "en", "al", "'s", "'t")]
    words = {analysis.fold(start + word + end) for word in short for start in BEGINNINGS for end in ("", "eren")}
    words |= {analysis.fold(word + end) for word in short[::6] for end in ENDINGS}
    words |= set("dying lying skies idly news rational relational makroexpansion ærlighed kvinneøyet".split())
    stems = analysis.stems(sorted(words), language)
    starts = [analysis.start_of_all(stem, language) for stem in stems]
    assert [
        word for word, start in zip(sorted(words), starts, strict=True) if not (start and word.startswith(start))
    ] == []


@pytest.mark.parametrize("language", ["fr", "it", "nl", "hu"])
def test_of_the_stems_of_other_languages_nothing_is_said(language: str) -> None:
    assert analysis.start_of_all("gegeven", language) == ""


@given(st.text(max_size=60) | st.text("aB c'+#é東京", max_size=60))
def test_words_and_their_places_are_those_of_the_tokens(text: str) -> None:
    forms, place = analysis.placed(text)
    assert [(form, *place(number)) for number, form in enumerate(forms)] == list(analysis.tokens(text))


@example("x't't 't", ["t"])
@example("ll'll'll ll", ["l"])
@example("ll'll'll ll", ["ll"])
@example("who'd've", ["d", "v"])
@example("who'd've", ["d", "ve"])
@example("o'reilly's it's", ["re", "s"])
@example("shouldn't've", ["t"])
@example("I'd# x", ["d"])
@example("she'll's", list("lrsdmtv"))
@example("a't#", ["s", "t"])
@example("bc bca abc bcbc b", ["bc"])
@example("c++ c+ c# cc", ["c++"])
@example("it's its it’s", ["it's"])
@example("ab" * 40, ["ab" * 32])
@given(
    st.text("abcds' t+#_9é’", max_size=60) | st.text(max_size=60),
    st.sampled_from([["a"], ["s", "t"], ["9", "cd"], ["ab", "b", "ca"], ["ab's"], ["aaa"], list("lrsdmtv")]),
)
def test_words_that_begin_so_are_those_of_all(text: str, starts: list[str]) -> None:
    if (like := analysis.plain(text)) is None:
        return
    forms, place = analysis.beginning(like, starts)
    tokens = [analysis.Token(form, *place(number)) for number, form in enumerate(forms)]
    ends = {token: analysis.is_ending(like, token.start) for token in tokens}
    expected = [token for token in analysis.tokens(text) if token.form.startswith(tuple(starts))]
    if None in ends.values():
        assert like.count("'") > 1
    else:
        assert sorted(token for token in tokens if not ends[token]) == sorted(expected)
