"""Sources: each gathers facts about one side of the computer and says when they change."""
