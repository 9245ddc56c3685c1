"""From a patient's text to an option, a number, a wish."""
