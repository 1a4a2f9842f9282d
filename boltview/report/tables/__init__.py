"""What a browser shows as tables: rows, cells in named styles, and what is behind each row."""
