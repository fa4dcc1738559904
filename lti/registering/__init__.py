"""Dynamic registration (1EdTech LTI Dynamic Registration 1.0): a platform and we tell each other all that is needed."""
