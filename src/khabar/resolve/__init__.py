"""Times to intervals, places to gazetteer entries, actors to known actors."""
