"""The TSTR report: whether to train on a version, for those who would."""
