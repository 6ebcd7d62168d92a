"""The workbench: one file a concern. It declares; the workflow decides."""
