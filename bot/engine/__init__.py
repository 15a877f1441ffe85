"""Who runs lanes: this process by itself, or any of many that are woken by tasks of Procrastinate in PostgreSQL."""
