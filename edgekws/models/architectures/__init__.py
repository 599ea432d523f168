"""One architecture per file; its name is the file's name, ``ARCHITECTURE`` is what it offers."""
