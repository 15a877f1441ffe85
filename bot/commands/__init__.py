"""One file a command: its work and its words. A command imports what it needs, when it needs it."""
