"""The point of truth in SQLite. Nothing outside this package sees SQL."""
