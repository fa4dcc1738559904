"""Entry point of the practice LMS: granian --interface wsgi --workers 1 lrc.practice.wsgi:app"""

from lrc.config import from_environment
from lrc.practice.lms import create_practice_app

app = create_practice_app(from_environment())
