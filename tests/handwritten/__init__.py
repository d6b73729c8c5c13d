"""Hand-written failures: their vocabulary, and what holds of all of them."""
