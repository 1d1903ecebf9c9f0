"""The privacy-utility trade-off: what a version costs in privacy for what it is worth."""
