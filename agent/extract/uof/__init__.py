"""UOF, the Chinese office format (GB/T 20916)."""
