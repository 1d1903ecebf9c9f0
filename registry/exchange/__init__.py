"""Other people's formats: what is known of one version as text that their programs read."""
