"""The language of Shoumi: words, clauses, policies, findings and reports. Imports nothing else of the project."""
