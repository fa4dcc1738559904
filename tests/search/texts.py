"""A shelf of short texts in Spanish, written for these tests, and searches of people for whom each is the answer."""

from __future__ import annotations

from collections.abc import Iterator

from search.documents import Document, Page

_SHELF = """
siembra|Cómo sembrar papa nativa en la puna|La siembra empieza con las lluvias, en surcos profundos.
riego|Riego por goteo en chacras pequeñas|El agua llega gota a gota a cada planta y casi no se pierde por evaporación.
abono|Preparación de abonos orgánicos|El estiércol y los restos de cocina se vuelven compost.
plagas|Control de plagas sin venenos|Las trampas de color y los insectos útiles reducen el daño de la polilla.
heladas|Protección de los cultivos contra las heladas|Se encienden fogatas de humo al amanecer.
quinua|Cosecha y poscosecha de la quinua|El grano se trilla, se lava para quitarle el amargo y se seca a la sombra.
alpacas|Crianza de alpacas en las alturas|La esquila se hace una vez al año y la fibra se clasifica por su finura.
quesos|Elaboración de quesos frescos|La leche se cuaja, se corta, se sala y se moldea el mismo día.
ortografia|Reglas de ortografía y acentuación|Las palabras agudas llevan tilde cuando terminan en n, s o vocal.
ensayo|Escribir un ensayo paso a paso|Un ensayo tiene una idea central, razones que la sostienen y una conclusión.
citas|Citar fuentes y evitar el plagio|Toda idea ajena lleva el nombre de su autor y el año de publicación.
lectura|Lectura comprensiva para estudiantes|Subrayar poco, preguntar mucho y resumir con palabras propias.
ecuaciones|Ecuaciones de primer grado|Despejar la incógnita es dejarla sola de un lado de la igualdad.
fracciones|Suma y resta de fracciones|Con denominadores distintos se busca un múltiplo común.
estadistica|Estadística descriptiva|La media, la mediana y la moda resumen un conjunto de datos.
probabilidad|Probabilidades con dados y monedas|La probabilidad es el número de casos favorables entre los posibles.
celula|La célula y sus organelos|La mitocondria produce energía; el núcleo guarda la información genética.
fotosintesis|Fotosíntesis: energía de la luz|Las hojas fabrican azúcares con luz, agua y dióxido de carbono.
corazon|El corazón y la circulación de la sangre|Las arterias la llevan y las venas la devuelven.
vacunas|Vacunación infantil|Las vacunas enseñan al cuerpo a defenderse de las enfermedades.
anemia|Anemia en niñas y niños pequeños|Los alimentos con hierro y el control del crecimiento previenen la anemia.
lavado|Lavarse las manos con jabón|Lavar las manos antes de comer evita diarreas.
incas|Caminos de los incas|El Qhapaq Ñan unía cuatro regiones con puentes colgantes y tambos.
independencia|La independencia del Perú|José de San Martín proclamó la independencia en Lima.
censo|Resultados del censo de población|El censo cuenta hogares y personas de cada distrito.
quechua|Saludos en quechua|Rimaykullayki es un saludo de respeto; allinllachu pregunta cómo estás.
espanol|Historia de la lengua española|El español nació del latín y viajó a América con sus eñes.
ano|Calendario del año agrícola|Cada mes del año tiene su tarea en el campo.
computadora|Mantenimiento de computadoras|Limpiar el teclado y actualizar los programas alarga la vida del equipo.
redes|Conectar una red inalámbrica|La conexión necesita el nombre de la red y su contraseña.
correo|Enviar correos electrónicos con archivos adjuntos|Un asunto claro ayuda a quien recibe el mensaje.
hojas|Hojas de cálculo: fórmulas y gráficos|Una fórmula empieza con el signo igual y suma, cuenta o promedia celdas.
seguridad|Elegir contraseñas seguras|Una contraseña larga y distinta en cada sitio protege tus cuentas.
derechos|Derechos de los trabajadores del hogar|La jornada es de ocho horas y las vacaciones son de treinta días.
presupuesto|Presupuesto familiar|Anotar ingresos y gastos cada semana ayuda a ahorrar.
emprender|Iniciar un pequeño negocio|Conocer a los clientes viene antes que alquilar un local.
turismo|Turismo comunitario en el lago|Las familias reciben visitantes, cocinan y muestran sus tejidos.
tejidos|Teñir lana con plantas|La cochinilla da rojos y el molle da amarillos; se fija con alumbre.
sismos|Qué hacer en un sismo|Ubica las zonas seguras, aléjate de las ventanas y sigue el plan de evacuación.
agua|Tratamiento casero del agua|Hervir el agua un minuto elimina los microbios.
"""

JUDGED = """
acento|circulacion sangre corazon|corazon
acento|fotosintesis energia luz|fotosintesis
acento|lengua espanola|espanol
acento|calendario del ano|ano
acento|ninas y ninos con anemia|anemia
acento|informacion genetica nucleo|celula
plural|ecuacion de primeros grados|ecuaciones
plural|presupuestos familiares|presupuesto
plural|una contraseña segura|seguridad
plural|luces y hoja|fotosintesis
plural|abono organico|abono
plural|zona segura en sismos|sismos
genero|crianza de alpacos|alpacas
genero|queso fresca|quesos
genero|derechos de la trabajadora|derechos
errata|fotosintecis|fotosintesis
errata|provabilidades con dados|probabilidad
errata|ortografia y asentuacion|ortografia
errata|mantenimeinto de computadoras|computadora
errata|vacunasion infantil|vacunas
errata|presupueto familiar|presupuesto
verbo|conexion red inalambrica|redes
verbo|eligiendo contraseñas|seguridad
verbo|proteger cultivos de heladas|heladas
verbo|preparando abonos|abono
verbo|escritura de ensayos|ensayo
verbo|iniciando negocio|emprender
verbo|sembrando papas|siembra
verbo|enviando correo|correo
verbo|hirviendo agua|agua
falta|riego goteo chacra|riego
falta|caminos incas|incas
falta|leche cuaja corta|quesos
falta|suma fracciones denominadores|fracciones
falta|teñir plantas|tejidos
"""


def shelf() -> Iterator[Document]:
    for number, line in enumerate(_SHELF.strip().splitlines(), 1):
        record_id, title, text = line.split("|")
        yield Document(
            id=str(number), record_id=record_id, title=title, description=text, language="es", pages=(Page(1, text),)
        )


def judged() -> list[tuple[str, str, str]]:
    """(kind of deformation, what is typed, record id of the answer)."""
    rows = [line.split("|") for line in JUDGED.strip().splitlines()]
    return [(kind, typed, answer) for kind, typed, answer in rows]
