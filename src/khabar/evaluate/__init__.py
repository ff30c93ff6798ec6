"""Measures of readings against annotated reports."""
