"""A course as one file: docs/course-files.md."""
