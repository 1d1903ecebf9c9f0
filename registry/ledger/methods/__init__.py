"""The methods of composition, one a file."""
