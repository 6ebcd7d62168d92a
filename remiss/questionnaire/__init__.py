"""The questions as a Word file that a person fills in at home, and the way back in."""
