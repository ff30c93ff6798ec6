"""`python -m khabar.cli`: the command where its script is not on the path."""

from khabar.cli.main import main

if __name__ == "__main__":
    main(prog_name="khabar")
