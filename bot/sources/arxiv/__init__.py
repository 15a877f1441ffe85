"""arXiv: its daily announcements, and its API for missed days."""
