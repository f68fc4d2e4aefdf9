"""Tables, whatever they came as: sheets of rows of cells, with their place in the file."""
