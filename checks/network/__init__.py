"""Isolation: no network, or no other than the allowed ones (NET-01 to NET-04)."""
