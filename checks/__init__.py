"""Judgement: pure functions from facts to findings. No socket, process, file, clock or database in here."""
