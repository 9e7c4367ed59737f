"""Backups of the warehouse's server by pgBackRest: a full copy a week, what changed each night, WAL all the time.

The repository is encrypted; without its key there is neither a backup nor a restore. This folder is what the
database's image and `./run` share: it needs pgBackRest, Python's standard library and psycopg, nothing else.
"""
