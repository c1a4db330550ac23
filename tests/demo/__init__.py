"""The demonstration: the whole line, once, on this computer."""
