"""Keep the chatter of C++ libraries off stderr; show it when something fails."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Swallow what the block writes to the file descriptor of stderr, unless it raises.

    TensorFlow logs before it reads its own settings, so an environment variable is not enough.
    Only for blocks without threads of others: the descriptor belongs to the whole process.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            yield
        except Exception:  # not Ctrl-C, which is no failure
            said.seek(0)
            os.write(kept, said.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
