"""One file per frontend; each has ``make(spec: FrontendSpec) -> Frontend``."""
