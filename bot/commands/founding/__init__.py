"""How a first configuration comes about: what is asked, how each answer is tried, what is written."""
