"""Captures and text to reports, sentences and tokens."""
