"""From the words of a query to a ranked answer."""
