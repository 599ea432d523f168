"""Write C: a graph becomes {path: text} in memory. No disk, no clock."""
