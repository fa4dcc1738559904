"""Contents that come from elsewhere and go elsewhere: question banks (GIFT, Moodle XML) and folders of Markdown."""
