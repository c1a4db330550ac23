"""The office's page: rendered on the server, without a script or anything from outside."""
