"""The workbench: one file a concern. It declares; the workflow decides.

Empty, because the site is made while this package is being imported: `registered` comes after.
"""
