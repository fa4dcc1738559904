"""The forms of a quiz's editor: what was typed, as it was typed, and the questions and settings that it makes."""

from lrc.study.quizforms import typed
from lrc.study.quizforms.building import build
from lrc.study.quizforms.kinds import EXPLANATIONS, KINDS
from lrc.study.quizforms.settings import SettingsForm
from lrc.study.quizforms.shape import QuestionForm
from lrc.study.quizforms.showing import blank, shown

__all__ = ["EXPLANATIONS", "KINDS", "QuestionForm", "SettingsForm", "blank", "build", "shown", "typed"]
