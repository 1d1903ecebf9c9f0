"""W3C PROV: where a version comes from, and who answered for it."""
