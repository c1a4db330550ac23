"""Checks on the removable media and plugged-in devices."""
