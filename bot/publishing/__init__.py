"""Publishing: which files are out of date, what stands in them, how they are written, who is told."""
