"""Files, HTML, feeds, WARC to captures; the only room with the network."""
