"""Terms of study in Spanish and in English: who types one finds texts that have the other.

Our own list, of what students type in the one language for what books say in the other. Words that are written alike
in both once accents are gone need no line, nor do words whose spelling is so near that a correction finds them. A term
that means something quite different in the other language (red, pie, sin) stands only on its own language's side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from search.analysis import is_stop_word, without_number, words

# Spanish terms = English terms, several parted by commas, by fields of study. Singular, unless only the plural is said.
_TERMS = """
aprendizaje automático, aprendizaje de máquina = machine learning; aprendizaje profundo = deep learning;
inteligencia artificial = artificial intelligence; red neuronal = neural network; minería de datos = data mining;
ciencia de datos = data science; análisis de datos = data analysis; base de datos = database;
estructura de datos = data structure; programación orientada a objetos = object oriented programming;
ingeniería de software = software engineering; desarrollo de software = software development;
desarrollo web = web development; código abierto = open source; software libre = free software;
código fuente = source code; sistema operativo = operating system; línea de órdenes, línea de comandos = command line;
interfaz de usuario = user interface; red de computadoras = computer network; computación en la nube = cloud computing;
internet de las cosas = internet of things; seguridad informática, ciberseguridad = computer security, cybersecurity;
copia de seguridad, copia de respaldo = backup; contraseña, clave de acceso = password; cortafuegos = firewall;
correo electrónico = email; página web, sitio web = web page, website; navegador = browser;
hoja de cálculo = spreadsheet; procesador de textos = word processor; teclado = keyboard; pantalla = screen, display;
ratón = mouse; impresora = printer; archivo, fichero = file; carpeta = folder; directorio = directory;
ventana = window; menú desplegable = drop down menu; botón = button; enlace, hipervínculo = link, hyperlink;
descargar = download; subir archivos = upload; tamaño = size; fuente tipográfica = font; imagen = image; capa = layer;
fila = row; columna = column; celda = cell; tabla = table; gráfico = chart; consulta = query; búsqueda = search;
motor de búsqueda = search engine; cadena de texto = text string; entero = integer; número aleatorio = random number;
bucle = loop; matriz = matrix, array; vector propio = eigenvector; valor propio = eigenvalue; función = function;
variable aleatoria = random variable; puntero = pointer; hilo de ejecución = thread;
biblioteca de funciones = function library; compilador = compiler; depuración, depurar = debugging; servidor = server;
cliente servidor = client server; red = network; red social = social network; inalámbrico = wireless;
cifrado, encriptación = encryption; firma digital = digital signature; cadena de bloques = blockchain;
realidad virtual = virtual reality; realidad aumentada = augmented reality; visión por computadora = computer vision;
procesamiento de lenguaje natural = natural language processing; procesamiento de imágenes = image processing;
procesamiento de señales = signal processing; comercio electrónico = e commerce, electronic commerce;
usabilidad = usability; accesibilidad = accessibility; dispositivo móvil = mobile device;
aplicación móvil = mobile app, mobile application; videojuego = video game; hoja de estilo = style sheet;
control de versiones = version control; prueba de software = software testing; pruebas unitarias = unit testing;
marco de trabajo = framework; lenguaje de programación = programming language; expresión regular = regular expression;
matemáticas, matemática = mathematics, math; álgebra lineal = linear algebra;
cálculo diferencial = differential calculus; cálculo integral = integral calculus;
ecuación diferencial = differential equation; ecuación cuadrática = quadratic equation; derivada = derivative;
límite de una función = limit of a function; integral definida = definite integral;
geometría analítica = analytic geometry; teoría de conjuntos = set theory;
teoría de números = number theory; teoría de grafos = graph theory; número primo = prime number; fracción = fraction;
porcentaje = percentage; desigualdad, inecuación = inequality; raíz cuadrada = square root;
investigación de operaciones = operations research; programación lineal = linear programming;
optimización = optimization; método numérico = numerical method; estadística = statistics;
estadística descriptiva = descriptive statistics; estadística inferencial = inferential statistics;
probabilidad = probability; distribución normal = normal distribution;
desviación estándar, desviación típica = standard deviation; varianza = variance; media aritmética = arithmetic mean;
mediana = median; muestra, muestreo = sampling; muestra aleatoria = random sample;
prueba de hipótesis, contraste de hipótesis = hypothesis testing, hypothesis test;
intervalo de confianza = confidence interval; regresión lineal = linear regression;
regresión logística = logistic regression; correlación = correlation; serie de tiempo, serie temporal = time series;
encuesta = survey; cuestionario = questionnaire;
diseño experimental, diseño de experimentos = experimental design, design of experiments; física = physics;
mecánica de fluidos = fluid mechanics; mecánica cuántica = quantum mechanics; termodinámica = thermodynamics;
electromagnetismo = electromagnetism; fuerza = force; velocidad = speed, velocity; aceleración = acceleration;
masa = mass; peso = weight; calor = heat; temperatura = temperature; presión = pressure;
energía cinética = kinetic energy; onda = wave; sonido = sound; luz = light; óptica = optics;
electricidad = electricity; corriente alterna = alternating current; corriente continua = direct current;
circuito eléctrico = electric circuit; resistencia eléctrica = electrical resistance; ley de ohm = ohm law;
campo magnético = magnetic field; campo eléctrico = electric field; energía solar = solar energy;
energía renovable = renewable energy; energía eólica = wind energy, wind power; panel solar = solar panel;
química orgánica = organic chemistry; química inorgánica = inorganic chemistry;
química analítica = analytical chemistry; química = chemistry; tabla periódica = periodic table;
enlace químico = chemical bond; reacción química = chemical reaction; balanceo de ecuaciones = balancing equations;
estequiometría = stoichiometry; ácido = acid; concentración molar = molarity;
disolución, solución acuosa = aqueous solution; polímero = polymer; hidrocarburo = hydrocarbon; biología = biology;
biología celular = cell biology; biología molecular = molecular biology; célula = cell; célula madre = stem cell;
tejido = tissue; gen = gene; genética = genetics; herencia genética = genetic inheritance; ecología = ecology;
ecosistema = ecosystem; biodiversidad = biodiversity; fotosíntesis = photosynthesis; bacteria = bacterium;
hongo = fungus, fungi; especie = species; evolución = evolution; selección natural = natural selection;
botánica = botany; zoología = zoology; microbiología = microbiology; bioquímica = biochemistry; proteína = protein;
enzima = enzyme; vacuna = vaccine; medicina = medicine; salud pública = public health; salud mental = mental health;
salud ocupacional = occupational health; enfermedad = disease, illness; enfermedad infecciosa = infectious disease;
enfermería = nursing; cuidado de enfermería = nursing care; paciente = patient; dolor = pain; cirugía = surgery;
anatomía humana = human anatomy; fisiología = physiology; farmacología = pharmacology; sangre = blood;
presión arterial = blood pressure; corazón = heart; hígado = liver; riñón = kidney; pulmón = lung; hueso = bone;
cerebro = brain; piel = skin; embarazo = pregnancy; parto = childbirth; lactancia materna = breastfeeding;
recién nacido = newborn; desnutrición = malnutrition; anemia = anaemia; cáncer = cancer; tuberculosis = tb;
gripe = influenza, flu; primeros auxilios = first aid; nutrición = nutrition; obstetricia = obstetrics, midwifery;
odontología = dentistry; diente = tooth, teeth; veterinaria = veterinary medicine; psicología = psychology;
psicología del desarrollo = developmental psychology; ansiedad = anxiety; depresión = depression; estrés = stress;
conducta, comportamiento = behavior, behaviour; autoestima = self esteem; habilidades blandas = soft skills;
habilidades sociales = social skills; inteligencia emocional = emotional intelligence; infancia, niñez = childhood;
adolescencia = adolescence; agricultura = agriculture; agricultura orgánica = organic farming; agronomía = agronomy;
suelo = soil; fertilidad del suelo = soil fertility; conservación de suelos = soil conservation;
erosión del suelo = soil erosion; riego = irrigation; riego por goteo = drip irrigation; semilla = seed;
cosecha = harvest; cultivo = crop; plaga = pest; manejo integrado de plagas = integrated pest management;
fertilizante, abono = fertilizer; ganadería = livestock; ganado lechero = dairy cattle; oveja, ovino = sheep;
cuy = guinea pig; papa = potato; maíz = maize, corn; quinua = quinoa; trigo = wheat; arroz = rice; cacao = cocoa;
café = coffee; piscicultura = fish farming; acuicultura = aquaculture; trucha = trout; pesca = fishing, fisheries;
bosque = forest; silvicultura = forestry; deforestación = deforestation; seguridad alimentaria = food security;
tecnología de alimentos = food technology; procesamiento de alimentos = food processing;
conservación de alimentos = food preservation; industria alimentaria = food industry; leche = milk; queso = cheese;
pan = bread; azúcar = sugar; agua potable = drinking water; tratamiento de agua = water treatment;
aguas residuales = wastewater, sewage; recursos hídricos = water resources;
cuenca hidrográfica = watershed, river basin; cambio climático = climate change; calentamiento global = global warming;
efecto invernadero = greenhouse effect; medio ambiente = environment; impacto ambiental = environmental impact;
gestión ambiental = environmental management; residuo sólido = solid waste; reciclaje = recycling;
contaminación del aire = air pollution; contaminación = pollution; desarrollo sostenible = sustainable development;
sostenibilidad = sustainability; terremoto, sismo = earthquake; inundación = flood;
gestión de riesgos = risk management; desastre natural = natural disaster; glaciar = glacier; meteorología = weather;
geología = geology; minería = mining; metalurgia = metallurgy; roca = rock; mapa = map;
sistema de información geográfica = geographic information system, gis;
teledetección, percepción remota = remote sensing; topografía = surveying; ingeniería civil = civil engineering;
ingeniería industrial = industrial engineering; ingeniería mecánica = mechanical engineering;
ingeniería eléctrica = electrical engineering; ingeniería química = chemical engineering;
ingeniería de sistemas = systems engineering; resistencia de materiales = strength of materials;
ciencia de los materiales = materials science; concreto armado, hormigón armado = reinforced concrete; acero = steel;
puente = bridge; carretera = road, highway; vivienda = housing; construcción = building;
diseño estructural = structural design; mecánica de suelos = soil mechanics; control de calidad = quality control;
gestión de la calidad = quality management; mejora continua = continuous improvement;
cadena de suministro = supply chain; mantenimiento preventivo = preventive maintenance;
seguridad industrial = industrial safety; producción = manufacturing; máquina herramienta = machine tool;
soldadura = welding; dibujo técnico = technical drawing; robótica = robotics; automatización = automation;
telecomunicaciones = telecommunications; arquitectura = architecture; urbanismo, planificación urbana = urban planning;
economía = economics, economy; microeconomía = microeconomics; macroeconomía = macroeconomics;
oferta y demanda = supply and demand; inflación = inflation; tasa de interés = interest rate;
interés compuesto = compound interest; desempleo = unemployment; pobreza = poverty;
crecimiento económico = economic growth; desarrollo económico = economic development;
producto bruto interno = gross domestic product; comercio internacional = international trade;
comercio exterior = foreign trade; mercado = market; dinero = money; banco central = central bank;
bolsa de valores = stock market, stock exchange; impuesto = tax; tributación = taxation; presupuesto = budget;
contabilidad = accounting; contabilidad de costos = cost accounting; estados financieros = financial statements;
auditoría = audit; finanzas = finance; administración de empresas = business administration;
gestión de proyectos = project management; recursos humanos = human resources; liderazgo = leadership;
emprendimiento = entrepreneurship; empresa = company, enterprise; pequeña empresa = small business;
plan de negocios = business plan; mercadotecnia, mercadeo = marketing; investigación de mercados = market research;
toma de decisiones = decision making; planeamiento estratégico, planificación estratégica = strategic planning;
cliente = customer; proveedor = supplier; turismo = tourism; derecho = law; derechos humanos = human rights;
derecho penal = criminal law; derecho civil = civil law; derecho laboral = labor law;
derecho constitucional = constitutional law; derecho internacional = international law;
derecho de autor, derechos de autor = copyright; propiedad intelectual = intellectual property;
violencia de género = gender violence, gender based violence; violencia familiar = domestic violence;
igualdad de género = gender equality; ciencia política = political science; política pública = public policy;
administración pública = public administration; democracia = democracy; ciudadanía = citizenship;
corrupción = corruption; elecciones = elections; guerra = war; paz = peace; sociología = sociology;
antropología = anthropology; trabajo social = social work; comunicación = communication; periodismo = journalism;
noticia = news; historia = history; historia del perú = history of peru; arqueología = archaeology;
pueblos indígenas = indigenous peoples; lengua materna = mother tongue; lengua extranjera = foreign language;
lingüística = linguistics; idioma = language; traducción = translation; gramática = grammar; ortografía = spelling;
vocabulario = vocabulary; literatura = literature; novela = novel; cuento = short story; poesía = poetry; poema = poem;
teatro = theater, theatre; comprensión lectora = reading comprehension; lectura = reading; redacción = writing;
escritura académica = academic writing; pensamiento crítico = critical thinking; filosofía = philosophy;
ética = ethics; lógica = logic; arte = art; música = music; pintura = painting; danza = dance; canción = song;
dibujo = drawing; fotografía = photography; cine = film, cinema; educación = education;
educación superior = higher education; educación inicial = early childhood education;
educación especial = special education; educación inclusiva = inclusive education;
educación a distancia = distance education, distance learning; educación física = physical education; aula = classroom;
aula invertida = flipped classroom; docente, profesor = teacher; estudiante, alumno = student; enseñanza = teaching;
aprendizaje = learning; aprendizaje basado en proyectos = project based learning;
aprendizaje basado en problemas = problem based learning; aprendizaje colaborativo = collaborative learning;
aprendizaje en línea = e learning, online learning; plan de estudios = curriculum; evaluación = assessment;
evaluación formativa = formative assessment; rúbrica = rubric; examen = exam; prueba = test; tarea = homework;
método de enseñanza = teaching method; formación docente = teacher training; curso en línea = online course;
metodología de la investigación = research methodology; método de investigación = research method;
investigación = research; investigación cualitativa = qualitative research;
investigación cuantitativa = quantitative research; revisión sistemática = systematic review;
revisión de la literatura = literature review; estudio de caso = case study; marco teórico = theoretical framework;
tesis = thesis, dissertation; resumen = abstract, summary; artículo científico = scientific article, scientific paper;
método científico = scientific method; hipótesis = hypothesis; bibliografía = bibliography;
referencia bibliográfica = bibliographic reference; cita = citation; plagio = plagiarism; revista = journal;
libro = book; libro de texto = textbook; biblioteca = library;
biblioteca virtual, biblioteca digital = digital library; acceso abierto = open access;
recursos educativos abiertos = open educational resources; manual = handbook; guía = guide; diccionario = dictionary;
enciclopedia = encyclopedia; norma = standard; patente = patent; medición = measurement; laboratorio = laboratory, lab;
deporte = sport; agua = water; aire = air; clima = climate; lluvia = rain; sequía = drought; río = river;
energía = energy; planta = plant; flor = flower; árbol = tree; salud = health; mujer = woman, women;
niño = child, children; joven = youth; adulto mayor = older adult, elderly; familia = family; trabajo = work;
empleo = employment, job; ciudad = city; comunidad = community; gobierno = government; sociedad = society;
cultura = culture; pregunta = question; respuesta = answer; ejercicio = exercise; problema resuelto = solved problem;
solucionario = solutions manual; apuntes = lecture notes
"""

Key = tuple[str, ...]
"""A term's telling words without their number: how database meets databases, but cuenta not cuento."""
MOST_WORDS = 4
"""Of a term, stop words left aside."""


@cache
def _tables() -> tuple[Mapping[Key, tuple[str, ...]], Mapping[Key, tuple[str, ...]]]:
    """By the key of a Spanish term its English ones, and the other way round."""
    english: dict[Key, tuple[str, ...]] = {}
    spanish: dict[Key, tuple[str, ...]] = {}
    for ours, theirs in _lines():
        for term in ours:
            english[key_of(term)] = tuple(dict.fromkeys((*english.get(key_of(term), ()), *theirs)))
        for term in theirs:
            spanish[key_of(term)] = tuple(dict.fromkeys((*spanish.get(key_of(term), ()), *ours)))
    return english, spanish


def _lines() -> Iterator[tuple[list[str], list[str]]]:
    for entry in _TERMS.split(";"):
        ours, theirs = ([" ".join(words(term)) for term in side.split(",")] for side in entry.split("="))
        yield ours, theirs


def key_of(term: str) -> Key:
    """Of a folded term; stop words count where it has nothing else."""
    parts = term.split()
    return tuple(map(without_number, [part for part in parts if not is_stop_word(part)] or parts))


def english(key: Key) -> tuple[str, ...]:
    """The English terms, folded, for a Spanish one; empty where none is known."""
    return _tables()[0].get(key, ())


def spanish(key: Key) -> tuple[str, ...]:
    """The Spanish terms, folded, for an English one; empty where none is known."""
    return _tables()[1].get(key, ())


def pairs() -> Mapping[str, tuple[str, ...]]:
    """Every Spanish term, folded, with its English ones."""
    return {term: tuple(theirs) for ours, theirs in _lines() for term in ours}
