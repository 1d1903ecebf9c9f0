"""What CI systems read: each format a pure function from a report to text, one a file."""
