"""Who speaks in the built-in set, and in which partition."""

from __future__ import annotations

from edgekws.audio.split import partition_of

# Languages of espeak-ng that differ: American, British, Scottish, received pronunciation,
# Lancaster, West Midlands, Caribbean.
ACCENTS = (
    "en-us",
    "en",
    "en-gb-scotland",
    "en-gb-x-rp",
    "en-gb-x-gbclan",
    "en-gb-x-gbcwmd",
    "en-029",
)

# Its voice variants without whisperers, robots, demons and the one that only talks fast.
_NAMES = """
    Alex Alicia Andrea Andy Annie AnxiousAndy Denis Diogo Gene Gene2 Henrique Hugo Jacky Lee Marco
    Mario Michael Mike Nguyen Reed RicishayMax RicishayMax2 RicishayMax3 Storm adam anika announcer
    antonio aunty belinda benjamin boris caleb david ed edward edward2 f1 f2 f3 f4 f5 grandma
    grandpa gustave ian iven iven2 iven3 iven4 john kaukovalta klatt klatt2 klatt3 klatt4 klatt5
    klatt6 linda m1 m2 m3 m4 m5 m6 m7 m8 marcelo max michel miguel mike2 norbert pablo paul pedro
    quincy rob robert sandro shelby steph steph2 steph3 travis victor zac
"""
SPEAKERS = tuple(_NAMES.split())

_VALIDATION = _TESTING = 10.0  # percent, as in a recipe that says nothing else


def speakers(partition: str) -> tuple[str, ...]:
    """Speakers whose clips fall into ``partition`` at 10 % validation and 10 % testing.

    A speaker is a voice variant, whatever accent it speaks with, so no voice of the testing
    partition is heard in training in another accent.
    """
    return tuple(s for s in SPEAKERS if partition_of_speaker(s) == partition)


def partition_of_speaker(speaker: str) -> str:
    """Partition that a speaker's clips fall into."""
    return partition_of(speaker, _VALIDATION, _TESTING)
