"""One file per target; each has ``TARGET``, an `edgekws.export.target.Target`.

The file's name is the target's, with ``_`` for ``-``.
"""
