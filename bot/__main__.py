"""`python -m bot` is `paperround`."""

from bot.cli import main

main()
