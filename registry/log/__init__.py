"""The audit log, pure: canonical bytes and the chain over them."""
