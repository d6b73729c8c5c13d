"""How the graders read what an agent wrote."""
