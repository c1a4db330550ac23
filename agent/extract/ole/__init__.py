"""Compound files: Word, Excel and PowerPoint 97-2003, WPS, Outlook messages, embedded objects."""
