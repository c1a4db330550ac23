"""Programs that make and the tests use, and their tests."""
