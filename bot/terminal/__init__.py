"""What a person sees at a terminal: fitted to its width, in colour, titles as links. Pipes know nothing of it."""
