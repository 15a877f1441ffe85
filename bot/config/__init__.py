"""The configuration: a TOML file to frozen settings and secrets, or one line that says what is wrong."""
