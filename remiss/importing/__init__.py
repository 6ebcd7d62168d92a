"""A file with remissinstanser, as it is saved in Excel: rows, columns, and what is to become."""
