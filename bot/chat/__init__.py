"""The bot listens: one set of words, whatever platform they come from. Imported only where the file has `[chat]`."""
