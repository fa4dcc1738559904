"""The lesson that a new module begins with: it shows what a good one has, by being one, to be written over."""

from __future__ import annotations

TITLE = "Primera lección"
MINUTES = 10
TEXT = """\
Empieza con una pregunta o un caso que tus estudiantes conozcan: ¿por qué vale la pena leer esto? Dos o tres frases \
bastan. Este texto es un ejemplo: **bórralo y escribe el tuyo encima**.

## Lo que vas a aprender

- Una cosa que podrás **hacer** al terminar, dicha con un verbo: calcular, comparar, explicar.
- Otra más. Con dos o tres es suficiente para una lección.

## La idea

Explica una sola idea por sección, con frases cortas. Si hay una palabra nueva, dila y explícala enseguida.

!!! ejemplo "Un ejemplo cercano"
    En el mercado, tres kilos de papa cuestan 7,50 soles. ¿Cuánto cuesta un kilo?

!!! consejo "Para pensar"
    Detente aquí y responde antes de seguir leyendo.

## Los pasos, uno por uno

1. Primero, lo que se tiene.
2. Después, lo que se busca.
3. Al final, cómo se comprueba.

| Lo que se tiene | Lo que se busca |
| --- | --- |
| 3 kg por 7,50 soles | el precio de 1 kg |

## En resumen

Di en una o dos frases lo que hay que recordar, y qué viene en la lección siguiente.
"""
