"""Reading lists of Moodle courses: what their people are to read, and who has read it."""
