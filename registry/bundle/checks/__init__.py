"""What is checked of a bundle, one check a file, in the order in which they are printed."""
