"""Do the features that the network was trained on equal their definition in numpy."""

from __future__ import annotations

from edgekws.errors import ToolMissing
from edgekws.features import Frontend
from edgekws.features.hostlib import find_compiler
from edgekws.verify.check import MEASURED, Check, judged
from edgekws.verify.compare import first_difference
from edgekws.verify.subject import Subject

AT_ONCE = 128  # clips; the numpy twin keeps int64 spectra of all of them


def check_features(subject: Subject, frontend: Frontend) -> Check:
    """Compare the compiled C with the numpy twin on every test clip.

    Raises
    ------
    ToolMissing
        There is no C compiler, so the features came from the numpy twin already.
    """
    if find_compiler() is None:
        raise ToolMissing(
            "no C compiler: run: apt-get install --no-install-recommends gcc libc6-dev"
        )
    sound = subject.sound
    assert sound is not None
    difference = None
    for start in range(0, len(sound.clips), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        expected = frontend.reference(sound.clips[part])
        found = subject.real.features[part].reshape(expected.shape)
        difference = first_difference(expected, found, sound.names[part], engine="C")
        if difference is not None:
            break
    name = frontend.spec.name
    proved = f"{name} in C equals its numpy twin on all {len(sound.clips)} test clips"
    return judged("features", MEASURED, difference and f"{name}: {difference}", proved)
