"""What a process has of its machine: a clock, logs, a lock, and how it is asked to stop."""
