"""OpenID Connect, the code flow: where to send a browser, and what its answer is worth."""
