"""Delivery: every lane with something due runs beside all others. See docs/delivery.md."""
