"""Channels: how a packed message reaches one platform. A folder a platform; bot.channels.registry names them."""
