"""The staff group: posts, orders, the night's hand-over."""
