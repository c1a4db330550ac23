"""Tests of the rooms' common language."""
