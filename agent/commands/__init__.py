"""The agent's commands: one command, one file, each a few lines over the rooms below."""
