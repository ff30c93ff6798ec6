"""Edges to incidents."""
