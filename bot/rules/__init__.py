"""Pure decisions: values in, values out, time passed in. No effect, no store, no platform."""
