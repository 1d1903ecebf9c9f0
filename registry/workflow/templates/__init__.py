"""Templates of a company's own: a copy to start from, and a check before anything rests on them."""
