"""Frozen types and their JSON codec; imports nothing of ours."""
