"""Checks on the classification marks of documents."""
