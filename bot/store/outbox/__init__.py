"""The outbox: what is due where, the messages made of it, and what became of them."""
