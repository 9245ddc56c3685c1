"""What a catalog must be like before a patient sees it, one kind of rule a file."""
