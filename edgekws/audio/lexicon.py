"""Other words for a text to speech to say: common ones, and near misses of a recipe's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from edgekws.audio.espeak import pronounced
from edgekws.audio.voices import ACCENTS

# Words of one to three syllables that people say, spread over the sounds of English.
_COMMON = """
    able about above accept across act add advice after again age ago agree air alarm album all
    almost alone along always amber among and anger animal answer any apple april area arm army
    around arrive art ask asleep aunt autumn away baby back bacon bad bag ball banana band bank
    barn basket bath beach bean bear beauty become bed bee before begin behind bell below belt
    bench better between bicycle big bird biscuit bite black blanket blood blow blue board boat
    body bone book boot border bottle bottom bowl box boy branch brave bread break breakfast
    breathe brick bridge bright bring broken brother brown brush bubble bucket build burn bus
    busy butter button buy cabbage cake call camera camp candle car card care carpet carrot carry
    castle cat catch ceiling chair chance change cheap check cheese chicken child choice choose
    church circle city class clean clear clever climb clock close cloth cloud coat coffee cold
    collar color come common company cook cool copper corner cotton cough country cousin cover
    cow crash cream cross crowd crown cry cup curtain cut daily damp dance danger dark daughter
    day dead dear decide deep deer desk dinner dirty dish doctor dog dollar door double dozen
    dream dress drink drive drop dry duck dust duty each eager ear early earth east easy eat edge
    effort egg eight either elbow eleven empty end engine enjoy enough enter equal even evening
    ever every exact eye face fact fail fall family famous far farm fast father fear feather feel
    fence few field fifteen fight figure fill film find finger finish fire first fish five fix
    flag flat floor flower fly fold follow food foot forest forget fork form forty forward four
    fox free fresh friday friend frog front fruit full funny future game garden gate gentle get
    giant girl give glad glass glove goat gold good grape grass gray great green ground group
    grow guess guest guitar gun hair half hall hammer hand happy hard harvest hat have head heal
    hear heart heat heavy hello help hen hide high hill history hit hold hole holiday home honey
    hook hope horse hospital hot hotel hour house how hundred hungry hurry hurt husband ice idea
    important inside into iron island jacket jam january jar jelly job join joke journey joy
    judge juice july jump june just keep kettle key kick kind king kiss kitchen kite knee knife
    knock ladder lady lake lamp language large last late laugh law lazy leaf learn least leather
    leg lemon lesson let letter level library lie life lift light lily line lion lip list listen
    little live loaf lock long look lose loud love low lucky lunch machine magic make man many
    map march market marvin mask match may me meal mean measure meat medicine meet melon member
    memory men metal middle milk mind minute mirror miss mistake mix model moment monday money
    monkey month moon more morning most mother mountain mouse mouth move much mud music must nail
    name narrow nature near neck needle never new next nice night nine noise noon north nose note
    number nurse nut ocean october off offer office often oil old olive once one onion only open
    or orange order other our out oven over owl own page pain paint pair palace pan paper parcel
    parent park part party pass past path pay peace pencil penny people pepper perfect phone
    photo piano pick picture pie pig pillow pink pipe pizza place plan planet plant plate play
    please pocket poem point police pool poor potato pot pound power press pretty price print
    prize pull pump pupil purple push put quarter queen question quick quiet quite rabbit race
    radio rain raise ready real reason record red remember rest rice rich ride ring rise river
    road rob rock roll roof room rope rose rough round row rub rubber ruler run sad safe sail
    salad salt same sand saturday sauce save say scale school science scissors sea second see
    seed sell send seven shade shake shape share sharp she sheep sheet sheila shell shine ship
    shirt shoe shop short shoulder shout show shut sick side sign silver simple sing sister sit
    six size skin skirt sky sleep slow small smell smile smoke smooth snake snow soap sock soft
    some song soon sorry sound soup south space spoon spring square stairs stamp stand star
    start station stay steam step stick stone store storm story strange street string strong
    student sugar suit summer sun sunday sure surprise sweet swim table tail take talk tall taste
    tea teach team tell ten tent test than thank them then there thick thin thing think third
    thirty this thousand three throat throw thumb thunder ticket tie tiger time tiny tired today
    toe together tomato tomorrow tongue too tooth top touch towel tower town toy train travel
    tree triangle trip truck true trust try tuesday turn twelve twenty twice two uncle under
    until use valley very view village visit visual voice wait wake walk wall want warm wash
    watch water wave way we weak wear weather week weight well west wet what wheel when where
    which while whisper white who why wide wife wild win wind window wine wing winter wire wise
    wish with woman wonder wood wool word work world worry wow wrist yard year yellow yesterday
    you young zebra zero zone
"""
COMMON = tuple(_COMMON.split())

_NEAR = 40  # near misses of each word, at most
_ONSETS = (
    "b",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "y",
    "z",
    "bl",
    "br",
    "ch",
    "cl",
    "dr",
    "fl",
    "gr",
    "pl",
    "pr",
    "sh",
    "sl",
    "sp",
    "st",
    "th",
    "tr",
)
_ENDINGS = (
    "b",
    "ck",
    "d",
    "ff",
    "g",
    "l",
    "m",
    "n",
    "p",
    "ss",
    "t",
    "sh",
    "nd",
    "nk",
    "nt",
    "lt",
    "mp",
    "st",
)
_VOWELS = ("a", "e", "i", "o", "u", "ee", "oo", "ay", "ow", "ie")
_BEFORE, _AFTER = ("a", "be", "re", "un"), ("er", "ing", "y", "ly", "ness", "ter")
# Hardly to be told from each other, least of all at the end of a word.
_ALIKE = tuple(map(frozenset, ("bp", "dt", "gk", "fv", "sz", "mn", ("k", "ck"), ("g", "ck"))))

_PARTS = re.compile(r"(qu|y(?=[aeiou])|[^aeiouy]*)([aeiouy]+)([^aeiouy]*)(.*)")
_MARKS = re.compile(r"[ˈˌːˑ‿_ \-]")  # stress, length and pauses


def other_words(
    words: Sequence[str], recorded: Sequence[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Words that sound like none of ``words``: common ones, near misses, and of ``recorded``.

    Raises
    ------
    ToolMissing
        espeak-ng is not installed; it says how a word sounds.
    """
    own, theirs = ([word.replace("_", " ") for word in kind] for kind in (words, recorded))
    near = [miss for word in own for miss in near_misses(word)]
    asked = list(dict.fromkeys([*own, *COMMON, *near, *theirs]))
    sounds = {
        text: {_MARKS.sub("", sound) for sound in heard}
        for text, heard in zip(asked, pronounced(asked, ACCENTS), strict=True)
    }
    taken = set().union(*(sounds[word] for word in own))
    kinds = COMMON, [word for word in dict.fromkeys(near) if word not in COMMON], theirs
    common, misses, others = (
        tuple(word for word in kind if any(sounds[word]) and not sounds[word] & taken)
        for kind in kinds
    )
    return common, misses, others


def near_misses(text: str) -> tuple[str, ...]:
    """Spellings near ``text``: rhymes, other vowels and endings, something before or after it.

    Of several words each stands alone, and has its near misses between the others. Some are words,
    some are none. What has other letters than a to z has no near misses.
    """
    words = text.lower().split()
    if len(words) == 1:
        return _thinned(_misses(words[0]))
    places = [(words[:at], _misses(word), words[at + 1 :]) for at, word in enumerate(words)]
    exchanged = [" ".join([*before, m, *after]) for before, misses, after in places for m in misses]
    return (*words, *_thinned(exchanged))


def _misses(word: str) -> list[str]:
    found = _PARTS.fullmatch(word)
    if not found or not re.fullmatch("[a-z]+", word):
        return []
    onset, vowel, coda, rest = found.groups()
    every = [
        *(other + vowel + coda + rest for other in _ONSETS if not _alike(other, onset)),
        *(onset + other + coda + rest for other in _VOWELS if other != vowel),
        *(onset + vowel + other + rest for other in _ENDINGS if not _alike(other, coda)),
        *(before + word for before in _BEFORE),
        *(word + after for after in _AFTER),
    ]
    return [miss for miss in every if miss != word]


def _thinned(every: list[str]) -> tuple[str, ...]:
    step = max(1.0, len(every) / _NEAR)
    return tuple(every[int(number * step)] for number in range(min(_NEAR, len(every))))


def _alike(one: str, other: str) -> bool:
    return one == other or frozenset((one, other)) in _ALIKE
