"""Mentions: triggers, actors, places, times, counts, weapons, quotes, cues."""
