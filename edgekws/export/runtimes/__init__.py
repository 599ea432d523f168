"""One file per runtime; each has ``RUNTIME``, an `edgekws.export.runtime.Runtime`.

The file's name is the runtime's, with ``_`` for ``-``.
"""
