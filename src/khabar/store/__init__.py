"""SQLAlchemy store, content-addressed captures, hash-chained log."""
