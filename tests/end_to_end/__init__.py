"""The whole path, from the wire to the ranking, over real HTTP and a real PostgreSQL."""
