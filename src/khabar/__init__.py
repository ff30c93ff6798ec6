"""Khabar reads Arabic news reports and writes incident records with evidence for every value."""
