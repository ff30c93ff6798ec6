"""Writes the worked result of README.md and its picture anew, from what the reader prints today.

Run `make readme`. The picture needs Debian's chromium and the `dev` extra.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
EXAMPLE = "examples/strike.txt"
BLOCK = re.compile(r"(<!-- result -->\n```\n).*?(```\n<!-- /result -->)", re.S)
INVISIBLE = str.maketrans("", "", "\u200e\u2068\u2069")  # isolates help a terminal; GitHub shows code left to right


def read(form: str) -> str:
    """What `khabar read` prints for the example."""
    command = [sys.executable, "-m", "khabar.cli", "read", "--format", form, EXAMPLE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env={**os.environ, "COLUMNS": "110"})
    return done.stdout.decode()


def main() -> None:
    """Replace the block between the result marks, and docs/picture.png."""
    readme = ROOT / "README.md"
    table = read("table").translate(INVISIBLE)
    readme.write_text(BLOCK.sub(lambda m: m.group(1) + table + m.group(2), readme.read_text("utf-8")), "utf-8")
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("the table is new; the picture is not: install Debian's chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as p:
        page_file = Path(folder, "page.html")
        page_file.write_text(read("html"), "utf-8")
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1360, "height": 860}, locale="en-GB")
        page.goto(page_file.as_uri())
        page.screenshot(path=ROOT / "docs/picture.png")
        browser.close()


if __name__ == "__main__":
    main()
