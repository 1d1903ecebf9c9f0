"""What the lists and pages of the desk read: a few queries a page, however much there is."""
