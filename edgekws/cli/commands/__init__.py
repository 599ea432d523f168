"""One file per command; each has one `click.Command` called ``command``."""
