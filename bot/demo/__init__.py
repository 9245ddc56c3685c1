"""A fictional hospital in the browser, with a clock that can be run forward."""
