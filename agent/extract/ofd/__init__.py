"""OFD, the Chinese fixed-layout format (GB/T 33190)."""
