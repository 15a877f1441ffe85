"""What `demo` runs on: a configuration and a digest of ten papers."""
