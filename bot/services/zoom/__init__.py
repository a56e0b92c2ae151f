"""What Zoom's own files say of a session: read, told, and taken in."""
