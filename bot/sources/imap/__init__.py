"""Digest mails in a mailbox."""
