"""Tests of the server program."""
