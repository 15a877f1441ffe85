"""Slack's front: what is said comes by Socket Mode or by signed requests, and is answered by the Web API."""
