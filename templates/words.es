# Las palabras de las páginas en español: una clave y lo que se dice.
language.name           Español
skip                    Ir al contenido
optional                (opcional)
emergency               Si alguien está en peligro o herido, llame al
emergency.not_here      Los avisos enviados aquí no se leen día y noche.

report.title            Avisar de un problema
report.what             ¿Qué sucede?
report.text             Describa el problema
report.text_hint        Diga qué ve y dónde. Por ejemplo: un bache profundo frente a 12 Elm Street.
report.category         ¿De qué se trata?
report.category_none    Elijan ustedes
report.photos           Fotos
report.photos_again     Elija sus fotos otra vez: el navegador no las guarda.
report.where            ¿Dónde está?
report.address          Dirección, cruce o lugar
report.address_hint     Por ejemplo: 12 Elm Street, o Elm y Oak, o los juegos de Central Park.
report.point            Conozco las coordenadas
report.point_hint       Grados, como los muestra un mapa. Por ejemplo: 41.3083 y -72.9279.
report.lat              Latitud
report.lon              Longitud
report.who              ¿Cómo podemos contactarle?
report.who_hint         No hace falta que diga quién es. Puede seguir su aviso sin eso.
report.name             Su nombre
report.contact          Su correo electrónico o teléfono
report.consent          Pueden responderme ahí
report.website          Deje este campo vacío
report.send             Enviar el aviso
report.photo_who        Una foto y cómo contactarle
report.questions        Unas preguntas que nos ayudan, según el problema
report.questions_about  Unas preguntas que nos ayudan
report.steps            Pasos
report.step_what        Qué
report.step_where       Dónde
report.step_photo       Foto y contacto
report.back             Atrás
report.next             Siguiente
report.sending          Enviando…
report.here             Donde estoy ahora
report.map              En un mapa
report.map_hide         Ocultar el mapa
report.map_help         Mueva el mapa o el marcador, o use las flechas del teclado, hasta que el marcador quede donde está el problema.
report.map_failed       El mapa no se puede mostrar ahora. Escriba el lugar, por favor.
report.pin              El lugar del problema
report.from_photo       De una foto
report.near             Cerca de
report.place_set        El marcador está donde usted lo puso.
report.outside          Este lugar no está en nuestra ciudad. Puede enviar el aviso de todos modos.
report.about_metres     más o menos, en metros:
report.unpin            Quitar el marcador
report.unpinned         Se quitó el marcador.
report.locating         Buscando su posición…
report.no_position      Su teléfono no dice dónde está. Escriba el lugar o use el mapa, por favor.
report.found            Lugares encontrados:
report.found_none       Aquí no se conoce ese lugar. Puede enviar lo que escribió de todos modos.
report.photo_taken      Su foto se tomó aquí:
report.photo_use        Usar este lugar
report.photo_ignore     No, está en otra parte
report.photo_no_place   Esta foto no dice dónde se tomó.
report.photo_remove     Quitar la foto
report.nearby           ¿Es uno de estos?
report.nearby_hint      Se avisó de esto cerca de ahí. Si uno es el suyo, sígalo: no hace falta enviarlo otra vez.
report.metres           m de distancia
report.follow           Seguir
report.kept_title       Guardado en este teléfono
report.kept             Ahora mismo no hay conexión. Su aviso queda guardado aquí y se envía solo en cuanto la haya.
report.kept_sent        Se envió un aviso que estaba guardado en este teléfono. Su número es
report.kept_refused     No se pudo enviar un aviso que estaba guardado en este teléfono. Ábralo, revíselo y envíelo otra vez.
report.draft            Esto es lo que empezó antes.
report.draft_drop       Empezar de nuevo
report.not_sent         Su aviso no se pudo enviar. Sigue aquí: inténtelo de nuevo en un momento, por favor.

reply.title             Escríbanos sobre este aviso
reply.text              Su mensaje
reply.send              Enviar

error.title_one         Hay algo que revisar
error.report_empty      Por favor, describa el problema.
error.report_long       Su descripción es demasiado larga. Acórtela, por favor; el máximo de caracteres es
error.address_long      La dirección es demasiado larga. Acórtela, por favor.
error.point             Estas coordenadas no pueden ser correctas: dé los dos números o deje vacíos los dos campos.
error.contact           Esto no es un correo electrónico ni un teléfono. Revíselo o déjelo vacío.
error.answer_needed     Responda a esta pregunta, por favor.
error.answer_choice     Elija una de las respuestas, por favor.
error.answer_long       Esta respuesta es demasiado larga. Acórtela, por favor.
error.answer_number     Escriba aquí un número, por favor.
error.answer_date       Escriba aquí un día, por favor, como 2026-11-24.
error.contact_needed    Escriba un correo electrónico o un teléfono, por favor.
error.follows           Eso se pidió muchas veces desde su conexión. Espere, por favor; minutos de espera:
error.guessed           Desde su conexión se probaron muchas direcciones que no llevan a nada. Inténtelo de nuevo en una hora.
error.photos_many       Son demasiadas fotos. Elija menos, por favor; el máximo es
error.photos_large      Una de las fotos es demasiado grande. Elija una más pequeña, por favor; el máximo de megabytes es
error.website           Deje este campo vacío, por favor: sirve para detener programas que envían publicidad.
error.not_stored        Su aviso no se pudo guardar. Aquí no se perdió nada: su texto sigue abajo. Inténtelo de nuevo en unos minutos.
error.limited           Han llegado muchos avisos desde su conexión. Su texto sigue abajo. Espere antes de enviarlo; minutos de espera:
error.form              Su navegador envió el formulario de una manera que no se pudo leer. No se guardó nada. Vuelva atrás e inténtelo de nuevo.
error.home              A la página de inicio
error.none_title        Esta página no existe
error.none              En esta dirección no hay ningún aviso. Compruebe que la dirección esté completa.
error.trouble_title     Ahora mismo no se puede mostrar
error.trouble           Inténtelo de nuevo en unos minutos.

thanks.title            Gracias: su aviso ha llegado
thanks.number           Su número es
thanks.follow           Puede ver en cualquier momento qué se hace con él.
thanks.link             Ver qué se hace con él
thanks.keep             Guarde esta dirección si quiere mirar más tarde:
thanks.later            Está guardado. Aún no se conoce su número: alguien lo verá de todos modos y no hace falta enviarlo otra vez.
thanks.told             Escribiremos a
thanks.another          Avisar de otro problema

track.title             Aviso número
track.about             Asunto
track.where             Lugar
track.since             Recibido
track.history           Qué ha pasado
track.no_place          De sus palabras no supimos dónde está. Alguien lo mirará o le preguntará.
track.other             Esto se atiende como aviso número
track.tell              Reciba noticias de este aviso
track.contact           Su correo electrónico o teléfono
track.contact_hint      Le escribimos cuando haya novedades y en cada mensaje decimos cómo dejar de recibirlos. Nadie más ve su dirección.
track.follow            Avísenme
track.stop              No me avisen más
track.said              Gracias: su mensaje ha llegado.
track.followed          Recibirá noticias de este aviso.
track.stopped           Esa dirección ya no recibe noticias de este aviso.

start.title             ¿Algo anda mal en su calle?
start.text              Avísenos de baches, farolas apagadas, árboles caídos y cosas así. Cada aviso recibe un número y puede ver qué se hace con él.
start.link              Avisar de un problema

state.new               Recibido
state.open              En curso
state.waiting           Esperamos su respuesta
state.done              Resuelto
state.not-ours          No nos corresponde
state.duplicate         Ya conocido
state_text.new          Tenemos su aviso. Nadie se ha hecho cargo todavía.
state_text.open         Alguien se está ocupando.
state_text.waiting      Le hemos preguntado algo y esperamos su respuesta.
state_text.done         El asunto está resuelto, hasta donde sabemos.
state_text.not-ours     Otra oficina o empresa es responsable de esto.
state_text.duplicate    Otras personas avisaron de lo mismo. Se atiende allí.

event.received          Llegó su aviso.
event.placed            Encontramos el lugar.
event.joined            Se añadió otro mensaje.
event.answered          Le respondimos.
event.notice            Le enviamos un mensaje.
event.taken             Alguien se hizo cargo.
event.state             Cambió su estado.
event.done              Se resolvió.
event.reopened          Se retomó.

month.1                 enero
month.2                 febrero
month.3                 marzo
month.4                 abril
month.5                 mayo
month.6                 junio
month.7                 julio
month.8                 agosto
month.9                 septiembre
month.10                octubre
month.11                noviembre
month.12                diciembre

# Of such words alone is a message that only thanks: it opens nothing again.
joined.thanks           gracias muchas mil muy muchísimas por su la el lo le les los sus tu ayuda atención amable rápida respuesta trabajo buen bien ok perfecto excelente genial se agradezco agradecemos agradecido agradecida todo de arreglado arreglada arreglar está ya

reason.fixed            Se ha arreglado
reason.nothing-found    Ya no encontramos nada en el lugar
reason.duplicate        Ya lo sabemos por otro aviso
reason.planned          El trabajo está previsto
reason.state            Le corresponde al estado
reason.county           Le corresponde al condado
reason.private          Es propiedad privada
reason.utility          Le corresponde a una empresa de servicios
reason.other            Por otro motivo

category.pothole            Bache
category.road               Calzada, otros daños
category.sidewalk           Acera
category.streetlight        Alumbrado público
category.traffic-signal     Semáforo
category.sign               Señal o letrero
category.tree               Árbol
category.trash              Basura y reciclaje
category.dumping            Vertido ilegal
category.graffiti           Grafiti
category.snow               Nieve y hielo
category.park               Parque o juegos infantiles
category.parking            Estacionamiento
category.abandoned-vehicle  Vehículo abandonado
category.property-code      Edificio o terreno
category.traffic-safety     Seguridad vial
category.water-sewer-drain  Agua, alcantarilla o desagüe
category.animal             Animal
category.dead-animal        Animal muerto
category.noise              Ruido
category.police             Asunto policial (no urgente)
category.homeless           Ayuda a una persona sin hogar
category.other              Otra cosa

sign_in.title           Iniciar sesión
sign_in.name            Nombre
sign_in.password        Contraseña
sign_in.code            Código de su aplicación
sign_in.code_hint       Solo si se le configuró uno.
sign_in.wrong           El nombre, la contraseña o el código no es correcto. Revíselos e inténtelo de nuevo.
sign_in.often           Se intentó demasiadas veces. Espere un cuarto de hora o pregunte a quien administra este servidor.
sign_in.busy            Muchas personas están entrando en este momento. Inténtelo de nuevo en un minuto.
sign_out                Cerrar sesión

inbox.title             Bandeja de entrada
inbox_state.new         Nuevo
inbox_state.open        En curso
inbox_state.waiting     A la espera del vecino
inbox_state.done        Resuelto
inbox_state.not-ours    No nos corresponde
inbox_state.duplicate   Duplicado
sure.accept             Seguro
sure.clerk              Por revisar
sure.ask                Se preguntó al vecino
sure.nowhere            Aún sin lugar

error.signed-out        Su sesión terminó. Inicie sesión de nuevo: lo que escribió se conserva.
error.role              Su función no le permite hacer esto. Pregunte a un supervisor.
error.csrf              Esto no llegó desde nuestra propia página. Vuelva a cargar la página e inténtelo otra vez.
error.gone              Eso ya no existe.
error.request           No se pudo entender la solicitud. Vuelva a cargar la página.
error.limit             Es demasiado a la vez. Acórtelo o elija menos avisos.
error.changed           Otra persona cambió este aviso mientras tanto.
error.undo              Esto ya no se puede deshacer.
error.there             Ya hay uno igual.
error.rule              Una regla no pasa su propia prueba, así que no se cambió nada.

inbox.noscript          Esta página necesita JavaScript. Actívelo o use "inlet list" en la línea de comandos.
inbox.not_shown_kind    Este tipo de archivo no se muestra aquí. Se puede descargar.
inbox.not_shown_size    Esta imagen es demasiado grande para mostrarse. Se puede descargar.

door.imap               Correo electrónico
door.maildir            Correo electrónico
door.twilio             Mensaje de texto
door.web                Formulario web
door.phone              Teléfono
door.counter            Ventanilla

ui.map.label            Mapa del municipio
ui.map.zoom_in          Acercar
ui.map.zoom_out         Alejar
ui.map.pin              Reporte {id}: {category}, {state}
ui.map.pin_urgent       Emergencia, reporte {id}: {category}, {state}
ui.map.cluster          {n} reportes cercanos: mostrarlos
ui.map.candidate        Lugar posible {n}: {label}
ui.map.place            Lugar del reporte: {label}
ui.map.place_move       Lugar del reporte: {label}. Muévalo con las teclas de flecha.
ui.map.move_here        Poner el marcador en el centro del mapa
