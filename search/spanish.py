"""Tables of Spanish (and a little English): stop words, words that say little, and families that no rule joins."""

from __future__ import annotations

_SPANISH = """
a al algo alguna algunas alguno algunos ante antes aquel aquella aquellas aquello aquellos aqui asi aun aunque cada como
con contra cual cuales cualquier cuando cuanta cuantas cuanto
cuantos de del desde donde dos durante e el ella ellas ello ellos en entre era
eran es esa esas ese eso esos esta estaba estan estar estas este esto estos ha haber habia han hasta hay he la las le
les lo los mas me mi mis mucho muchos muy nada ni no nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro
otros para pero poco por porque pues que quien quienes se sea sean segun ser si sido sin sino sobre son su sus tal
tambien tan tanto te tiene tienen toda todas todo todos tras tu tus un una unas uno unos usted ustedes y ya yo
"""

_ENGLISH = """
a an and are as at be been but by can do does for from had has have he her his how i if in into is it its my no not of
on or our she so than that the their them then there these they this those to was we were what when where which who why
will with would you your
"""

STOP_WORDS = frozenset((_SPANISH + _ENGLISH).split())

_LIGHT = """
debe deben debes debo decir dice dicen digo diferencia diferencias doy estoy explica explicar hace hacemos hacen hacer
hacerlo haces haga hago hice hizo necesita necesitas necesito podemos podria puede pueden puedes puedo quiere quieres
quiero saber sabes significa sirve sirven soy tenemos tener tengo tenia tienes va van vas ver voy
get could make making must need should tell want
"""

# What questions are made of. Unlike stop words they are sought, for they may be all that a title has.
LIGHT_WORDS = frozenset(_LIGHT.split())

# One family a line: the words of a family find each other. Written without accents. Only what Snowball's stems and the
# sound rules of search.analysis (ie/e, ue/o, -sion/-dir, -ccion/-cir) do not join already; and what students in Peru
# say for what books write (profe, docente; jalar, desaprobar).
_FAMILIES = """
alumno alumna alumnos alumnas alumnado estudiante estudiantes
abrir abre abren abra abrir abriendo abierto abierta abiertos abiertas apertura
admitir admite admitiendo admitido admision
adquirir adquiere adquisicion adquirido
advertir advierte advirtiendo advertido advertencia advertencias
aislar aisla aislando aislado aislada aislamiento
ampliar amplia ampliando ampliado ampliada ampliacion ampliaciones
anadir anade anadido anadiendo adicion
anclar ancla anclando anclado anclaje anclajes
aparecer aparece aparicion
aprender aprende aprendizaje aprendiendo
asistir asiste asistiendo asistido asistencia
atender atiende atencion
autenticar autentica autenticando autenticado autenticacion
caer cae caida
celular celulares celu telefono telefonos
clonar clona clonando clonado clonacion
coincidir coincide coincidiendo coincidencia coincidencias
compartir comparte compartiendo compartido compartida comparticion
competir compite compitiendo competencia competencias
componer compone compuesto compuesta composicion
comprimir comprime compresion comprimido
computadora computadoras computador compu ordenador ordenadores
comunicar comunica comunicando comunicado comunicacion comunicaciones
concluir concluye conclusion
conducir conduce conduccion
conectar conecta conectado conectando conexion conexiones
conocer conoce conozco conocimiento conocimientos
construir construye construyendo construido construccion
contener contiene contenido contenidos
convertir convierte convertido conversion
corregir corrige corrija corrigiendo corregido correccion correcciones
crear crea creando creado creada creados creacion creaciones
crecer crece crecimiento
creer cree creencia
cubrir cubre cubierto cubierta
cumplir cumple cumpliendo cumplido cumplimiento
dar da dan dando dado
decidir decide decidiendo decidido decision decisiones
decir dice dicen diciendo dicho
definir define definido definicion definiciones
depender dependencia dependencias
desaprobar desaprueba desapruebas desaprobe desaprobado desaprobada jalar jale jalado
describir describe descrito descripcion descripciones
desinstalar desinstala desinstalacion
destruir destruye destruccion
detener detiene detenido detencion
devolver devuelve devuelto devolucion
dirigir dirige dirija dirigido direccion
disolver disuelve disuelto disolucion
disponer dispone dispuesto disposicion
distribuir distribuye distribuido distribucion
dividir divide dividido division
donar dona donando donado donacion donaciones
durar durando duracion
editar edita editando edicion ediciones editado
elegir elige eligen elija elijo eligiendo elegido eleccion elecciones
emitir emite emision
ensenar ensena ensenanza
entender entiende entendido entendimiento
escribir escribe escriben escribiendo escrito escrita escritura
establecer establece establecido establecimiento
excluir excluye exclusion
exigir exige exigencia
exponer expone expuesto exposicion
expresar expresa expresion
extraer extrae extraido extraccion
fijar fija fijando fijado fijacion
filtrar filtra filtrando filtrado filtracion filtraciones
formar formando formado formada formacion formaciones
fundar fundando fundado fundacion
grabar graba grabando grabado grabada grabacion grabaciones
grupo grupos grupal grupales agrupar
hacer hace hacen haga hago haciendo hecho hecha
hervir hierve hervido
imponer impone impuesto imposicion
imprimir imprime imprimiendo impreso impresa impresion impresiones
incluir incluye incluyen incluyendo incluido inclusion
influir influye influyendo influencia influencias
inscribir inscribe inscrito inscripcion
insertar inserta insertado insercion
instruir instruye instruccion instrucciones
introducir introduce introduzca introducido introduccion
invertir invierte inversion
investigar investiga investigando investigacion investigaciones investigador
ir va van voy vaya yendo
irrigar irriga irrigando irrigado irrigacion
lanzar lanza lanzando lanzado lanzamiento lanzamientos
leer lee leen lea leyendo leido lectura lecturas
limpiar limpia limpiando limpieza
llover llueve lluvia lluvias
mantener mantiene mantenga mantenido mantenimiento
medir mide miden mida midiendo medido medicion mediciones medida medidas
migrar migra migrando migrado migracion migraciones
montar monta montando montado montaje montajes
morir muere muerto muerte
mover mueve mueven mueva moviendo movido movimiento movimientos
multiplicar multiplica multiplicando multiplicado multiplicacion multiplicaciones
mutar muta mutando mutado mutacion mutaciones
nacer nace nacido nacimiento
negar niega negando negado negacion
nutrir nutre nutriendo nutrido nutricion
obtener obtiene obtenga obtenido obtencion
oir oye oido audicion
omitir omite omitiendo omitido omision omisiones
oponer opone opuesto oposicion
pedir pide piden pida pidiendo pedido peticion peticiones
pensar piensa pensando pensado pensamiento pensamientos
pertenecer pertenece pertenencia
plantar plantando plantado plantacion plantaciones
poder puede pueden pueda puedo pudo
poner pone ponen ponga poniendo puesto puesta
poseer posee posesion
preferir prefiere prefiriendo preferido preferencia preferencias
proceder procede procedimiento procedimientos
producir produce produzca producido produccion producto
profesor profesora profesores profesoras profe profes docente docentes
prohibir prohibe prohibiendo prohibido prohibicion prohibiciones
proponer propone propuesto propuesta proposicion
proteger protege proteja protegido proteccion protecciones
proveer provee provision provisto
pulsar pulsa pulsando pulsado pulsacion pulsaciones
puntuar puntua puntuando puntuado puntuacion puntuaciones
querer quiere quieren quiera queriendo
reaccionar reacciona reaccion
recibir recibe recibido recepcion
reconocer reconoce reconocimiento
recorrer recorre recorrido
redactar redacta redaccion
reducir reduce reduzca reducido reduccion
reir rie risa
rendir rinde rindiendo rendido rendimiento
repetir repite repita repetido repeticion
reproducir reproduce reproduzca reproduccion
requerir requiere requerido requisito requisitos requerimiento
resolver resuelve resuelven resuelva resuelto resolucion solucion soluciones solucionar
responder responde respuesta respuestas
romper rompe roto ruptura
rotar rota rotando rotado rotacion rotaciones
saber sabe saben sepa sabiendo
seguir sigue siguen siga siguiendo seguido seguimiento
seleccionar selecciona seleccion selecciones
sembrar siembra siembran sembrado sembrando
sentir siente sentido sentimiento
servir sirve sirven sirva sirviendo servido servicio servicios
soltar suelta suelto
subir sube subida
sugerir sugiere sugiriendo sugerido sugerencia sugerencias
suponer supone supuesto suposicion
sustituir sustituye sustitucion
tener tengo tiene tienen tenga teniendo tenido
traducir traduce traduzca traducido traduciendo traduccion traducciones traductor
traer trae traido
transferir transfiere transfiriendo transferido transferencia transferencias
tratar tratamiento tratamientos
unir une unido union
usar usa usan use uso usos usando usado utilizar utiliza utilizando utilizacion utilice
variar varia variando variado variacion variaciones varianza
vender vende venta ventas
venir viene vienen venga venido
ver ve ven vea viendo visto vista vision
vestir viste vestido
vivir vive viven vida viviendo vivido
volver vuelve vuelto vuelta
votar vota votando votado votacion votaciones
"""

FAMILIES: dict[str, str] = {
    word: f"={family.split()[0]}" for family in _FAMILIES.strip().splitlines() for word in family.split()
}

# Words that have nothing to do with each other, though a stemmer takes them for forms of one: nouns that differ in
# their last letter alone, and what is English.
_APART = """
caso casa, puerto puerta, libro libra, banco banca, modo moda, punto punta, cuento cuenta, marco marca, plazo plaza,
fondo fonda, cargo carga, suelo suela, velo vela, foco foca, tramo trama, rayo raya, manto manta, ramo rama,
cuadro cuadra, bolso bolsa, cinto cinta, copo copa, grado grada, mango manga, peso pesa, plato plata, pozo poza,
resto resta, saco saca, trato trata, tubo tuba, acto acta, costo costa, cero cera, pato pata, palo pala,
recto recta, moro mora, rato rata, rumbo rumba,
zapato zapata, cara caro, mina mino, capa capo,
papa paper, forma former, fino finer
"""

APART: dict[str, tuple[str, ...]] = {}
"""Singular -> singulars that are no kin of it."""
for _pair in _APART.split(","):
    _one, _other = _pair.split()
    APART[_one], APART[_other] = (*APART.get(_one, ()), _other), (*APART.get(_other, ()), _one)
