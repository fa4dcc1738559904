"""A small LMS to try the tool without Moodle: real signed LTI messages, with Moodle's quirks. Never in production."""
