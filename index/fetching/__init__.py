"""From addresses on the web to documents, within limits. Knows nothing of feeds."""
