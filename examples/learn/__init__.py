"""A small learner: one softmax policy that learns all three tasks by policy gradient from random weights."""
