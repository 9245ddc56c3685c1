"""From a patient's text to danger, dissatisfaction and praise."""
