"""What falls due about visits: reminders, lateness, no-shows, reviews, and the lists of the day."""
