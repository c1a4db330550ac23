"""The endpoint program: gathers facts, has them judged, keeps what was found and sends it on."""

__version__ = "0.1.0"
