"""The ledgers (台账): computers and removable media, entered by hand or from a CSV file."""
