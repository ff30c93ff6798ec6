"""Queue, decisions, staleness."""
