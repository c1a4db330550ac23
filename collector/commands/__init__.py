"""The collector's commands: one command or group, one file, each a few lines over the rooms below."""
