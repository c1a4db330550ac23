"""The server program: takes the agents' signed reports, keeps the ledgers, computes the quarter."""

__version__ = "0.1.0"
