"""Sources: where digests come from. A folder a kind; bot.sources.registry names them."""
