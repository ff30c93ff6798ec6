"""Clauses and roles: mentions to event records and claims; coreference inside a report."""
