"""Who wants what: where an alert begins, and what it calls for."""
