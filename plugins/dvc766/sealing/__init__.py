"""The seal of a published month: a folder that anybody can check, without this project and without its database.

`tables` writes rows so that the same rows give the same bytes; `bundle` puts the files of a month into a folder
with a signed manifest; `history` reads what was published before; `keys` makes and reads the keys; `verifier` is
the judge, one file that can be handed to others. Nothing here knows a database, a scheduler or a clock.
"""

from dvc766.sealing.bundle import Bundle, Contents, write_bundle
from dvc766.sealing.keys import (
    KeyUnusable,
    create_key_pair,
    key_id,
    load_private_key,
    load_public_key,
    own_key,
)
from dvc766.sealing.refusal import SealRefused
from dvc766.sealing.tables import Table
from dvc766.sealing.verifier import Verdict, short_hash, verify

__all__ = [
    "Bundle",
    "Contents",
    "KeyUnusable",
    "SealRefused",
    "Table",
    "Verdict",
    "create_key_pair",
    "key_id",
    "load_private_key",
    "load_public_key",
    "own_key",
    "short_hash",
    "verify",
    "write_bundle",
]
