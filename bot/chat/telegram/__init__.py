"""Telegram, listening: by long polling."""
