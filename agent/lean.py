"""Keeps OpenSSL out of the program that imports this before anything else: hashlib then takes Python's own hashes.

It costs a process 3.4 MB, and what is hashed here is little. Where hashlib is there already, nothing changes.
"""

import sys

sys.modules.setdefault("_hashlib", None)  # type: ignore[arg-type]  # None is how one says that there is no such module
