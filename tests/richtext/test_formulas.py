"""Formulas: what teachers write comes out as MathML, and nothing but formulas does."""

from __future__ import annotations

import re

import pytest

from lrc.richtext import formulas


def mathml(latex: str) -> str:
    """What is inside the <math> element."""
    return re.sub(r"^<math[^>]*>|</math>$", "", str(formulas.to_mathml(latex, is_block=False)))


@pytest.mark.parametrize(
    ("latex", "made"),
    [
        (r"\frac{a}{b}", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        ("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"\mathbb{R}", '<mi mathvariant="normal">ℝ</mi>'),
        ("a<b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>"),
        ("3{,}5", "<mn>3,5</mn>"),
        (r"12\,\text{kg}", '<mn>12</mn><mspace width="0.167em"></mspace><mtext>kg</mtext>'),
        (r"\boxed{x}", '<menclose notation="box"><mi>x</mi></menclose>'),
        (r"\text{señal & ñ}", "<mtext>señal&nbsp;&amp;&nbsp;ñ</mtext>"),
    ],
)
def test_formulas_become_mathml(latex: str, made: str) -> None:
    assert mathml(latex) == made


def test_a_sum_has_its_limits_above_and_below_only_apart() -> None:
    latex = r"\sum_{i=1}^n i"
    assert "<munderover>" in formulas.to_mathml(latex, is_block=True)
    assert "<msubsup>" in formulas.to_mathml(latex, is_block=False)


def test_the_latex_stands_beside_the_formula() -> None:
    assert formulas.to_mathml("a\n <b", is_block=True).startswith('<math display="block" alttext="a &lt;b">')


@pytest.mark.parametrize(
    "latex",
    [
        *(r"\href{javascript:alert(1)}{x}", r"\style{color:red}{x}", r"\class{a}{x}", r"\unicode{x3c}", r"\def\a{b}\a"),
        *(r"\newcommand{\a}{b}\a", r"\ce{H2O}", r"\nada", r"\frac", "x^", "", " ", "x" * 2_001, "{" * 30 + "}" * 30),
    ],
)
def test_what_is_no_formula_is_refused(latex: str) -> None:
    with pytest.raises(formulas.BadFormula):
        formulas.to_mathml(latex, is_block=False)


def test_what_cannot_be_used_is_named() -> None:
    with pytest.raises(formulas.BadFormula) as refused:
        formulas.to_mathml(r"\ce{H2O}", is_block=False)
    assert refused.value.command == r"\ce"


@pytest.mark.parametrize(
    "payload",
    [
        *(
            "<svg onload=alert(1)>",
            "<img src=x onerror=alert(1)>",
            "</math><script>alert(1)</script>",
            "<iframe srcdoc=x>",
        ),
        *("&lt;svg onload=alert(1)&gt;", "&#x3c;script&#x3e;alert(1)", "<mglyph><style><img src=x onerror=alert(1)>"),
    ],
)
@pytest.mark.parametrize("command", ["text", "mbox", "hbox", "fbox", "textbf", "emph", "tag", "llap", "colorbox{red}"])
def test_markup_inside_a_formula_is_text(command: str, payload: str) -> None:
    made = mathml(rf"\{command}{{{payload}}}")
    assert set(re.findall(r"<(\w+)", made)) <= formulas.ALLOWED.tags
    assert "onload" not in re.sub(r">[^<]*<", "><", made)


def test_attributes_hold_only_what_fits() -> None:
    assert mathml(r'\hspace{1em" onload="x}') == '<mspace width="1em"></mspace>'
    assert mathml(r'\color{red" onclick="x}{y}') == "<mstyle><mi>y</mi></mstyle>"
