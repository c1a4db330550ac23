"""Mail and what mail programs keep."""
