"""How to write: a batch into landing, an audited batch into raw, a finished set of marts to its readers.

engine      connections of a role
migrate     brings a database to the newest revision
tables      landing, raw, quarantine and ops as SQLAlchemy metadata, derived from the portals' resources
migrations  schemas, tables, roles and rights, as Alembic revisions
landing     a reading of a portal -> landing.<portal>__<resource>, by COPY
promotion   landing -> raw: rows, quarantine, ledger and cursor in one transaction
ledger      runs, ledger entries, the next window
marts       marts_candidate -> marts in one transaction
"""
