"""What the collector keeps: tables, their migrations and the database behind one door. SQLite by default, PostgreSQL by URL."""
