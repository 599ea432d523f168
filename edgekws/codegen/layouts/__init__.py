"""One file per layout; each has ``generate``, an `edgekws.codegen.layout.Layout`.

The file's name is the layout's, with ``_`` for ``-``.
"""
