"""The words in the menu of Telegram's clients."""

MENU = (
    ("subscribe", "bring new papers here: /subscribe diffusion"),
    ("list", "what is subscribed to here"),
    ("unsubscribe", "end one by its number: /unsubscribe 1"),
    ("preview", "what a query would have brought"),
    ("help", "all words"),
)
