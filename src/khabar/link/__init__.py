"""Records to edges: which records tell one incident."""
