"""Damaged documents by the thousand, read as the product reads them: `make fuzz FAMILY=pdf MINUTES=30`."""
