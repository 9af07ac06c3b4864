"""From a document to what it says, in a process of its own. Knows nothing of the store or the web."""
