"""The failures of the nine hand-written incidents, as typed rows, and the vocabulary in which they are declared."""
