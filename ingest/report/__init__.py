"""What is said of a submission: remarks at cells, gathered, and written for people and programs."""
