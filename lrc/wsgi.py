"""Entry point of the web server: granian --interface wsgi lrc.wsgi:app"""

from lrc.app import create_app
from lrc.config import for_serving, from_environment

app = create_app(for_serving(from_environment()))
