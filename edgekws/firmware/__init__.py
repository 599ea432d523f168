"""Run: {path: text} becomes a built program, its sizes and what it does in an emulator."""
