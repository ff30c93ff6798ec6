"""Loads, checks and compiles data/ into matchers; holds no facts."""
