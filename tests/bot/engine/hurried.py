"""The program with signs of life that follow one another more quickly, so that a dead process is soon found out."""

PROGRAM = """
import sys
from bot.delivery import at_work
from bot.engine import queue
from bot.store import workers
workers.BEAT, workers.SURE, workers.DEAD = 0.3, 0.9, 1.5
queue.BEAT, queue.DEAD, queue._EVERY_TEN_SECONDS, queue._SWEEP_POLL = 0.3, 1.5, "* * * * * *", 0.2
at_work.SWEEP = 0.5
from bot.cli import main
sys.argv = ["paperround", "-v", sys.argv[1]]
main()
"""
