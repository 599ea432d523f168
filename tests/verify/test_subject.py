from __future__ import annotations

import numpy as np
from support.small_network import small_keywords

from edgekws.graph import run_graph
from edgekws.verify.subject import extremes, foreign_subject, spread


def test_spread_is_even_and_never_more_than_there_is() -> None:
    assert spread(10, 3) == [0, 3, 6]
    assert spread(3, 10) == [0, 1, 2]
    assert spread(1000, 4) == [0, 250, 500, 750]
    assert spread(5, 0) == []
    assert spread(0, 5) == []


def test_extremes_hold_both_ends() -> None:
    found = extremes(small_keywords())
    assert found.features.shape == (7, 49, 10, 1)
    assert len(found.names) == 7
    assert {int(x.min()) for x in found.features} == {-128, 127}
    assert (found.features[2, 0, ::2] != found.features[2, 0, 1::2]).all()


def test_a_foreign_subject_is_the_same_every_time() -> None:
    keywords = small_keywords()
    one, other = foreign_subject(keywords, 5), foreign_subject(keywords, 5)
    np.testing.assert_array_equal(one.real.features, other.real.features)
    np.testing.assert_array_equal(one.scores, run_graph(keywords.graph, one.real.features))
    assert one.few(2).names[:2] == ("random 0", "random 2")
