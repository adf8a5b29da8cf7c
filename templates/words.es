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
report.step_photo       Foto
report.back             Atrás
report.next             Siguiente
report.sending          Enviando…
report.here             Donde estoy ahora
report.map              En un mapa
report.map_hide         Ocultar el mapa
report.map_help         Mueva el mapa o el marcador, o use las flechas del teclado, hasta que el marcador quede donde está el problema.
report.map_failed       El mapa no se puede mostrar ahora. Escriba el lugar, por favor.
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
track.contact_hint      Le escribimos cuando haya novedades y en el primer mensaje decimos cómo dejar de recibirlos. Nadie más ve su dirección.
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
state.waiting           A la espera de respuesta
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
event.passed            Se pasó a quienes lo resuelven.
event.neighbour-done    Quienes lo tienen dicen que está resuelto.
event.state             Cambió su estado.
event.done              Se resolvió.
event.reopened          Se retomó.
event.assigned          Alguien se hizo cargo.
event.replied           Le respondimos.
event.merged            Otras personas avisaron de lo mismo: se atiende en conjunto.
event.state.new         Volvió a nuestra lista.
event.state.open        Alguien está trabajando en ello.
event.state.waiting     Esperamos una respuesta.
event.state.done        Se resolvió.
event.state.not-ours    No nos corresponde resolverlo.
event.state.duplicate   Otras personas avisaron de lo mismo.

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

# Such a word tells that a STOP, START or HELP is written in this language.
keywords                alto parar pare para baja darme cancelar detener salir terminar mas más mensajes iniciar empezar ayuda informacion información
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
category.spam               Correo probablemente no deseado

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
inbox_state.waiting     A la espera de respuesta
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
trail.read-again        En otro intento se pudo leer automáticamente.
error.password          Una contraseña tiene de 10 a 200 caracteres y no contiene el nombre. Unas cuantas palabras son mejores que un acertijo corto.
error.password_wrong    Esa no es su contraseña.
error.code_wrong        Ese código no es correcto. Revise la hora del dispositivo y pruebe con el código siguiente.
error.often             Se intentó demasiadas veces. Espere un cuarto de hora.
error.busy              Hay demasiada actividad en este momento. Inténtelo de nuevo.
error.last_admin        Es la última persona administradora que puede entrar: primero debe haber otra.
error.name              Un nombre tiene de 1 a 80 caracteres y no es “inlet” ni “resident”.
error.remember_off      Aquí no se puede recordar nada: la opción “learned” de inlet.conf aún no indica ninguna carpeta.
error.remember_busy     Otra persona está enseñando algo en este momento. Inténtelo de nuevo.
error.remember_name     Un nombre tiene al menos tres letras y no contiene “=”.
error.remember_means    El mapa del pueblo no tiene ninguna calle, lugar ni zona con ese nombre.
error.remember_words    Escriba palabras de al menos tres letras y una oración que las contenga.

inbox.noscript          Esta página necesita JavaScript. Actívelo o use "inlet list" en la línea de comandos.
inbox.not_shown_kind    Este tipo de archivo no se muestra aquí. Se puede descargar.
inbox.not_shown_size    Esta imagen es demasiado grande para mostrarse. Se puede descargar.
inbox.not_shown_broken  Esta imagen está dañada y no se puede mostrar. Se puede descargar.
inbox.not_shown_apart   Este archivo llegó por separado: aquí es un mensaje propio.
inbox.original          El correo tal como se envió
inbox.original_none     Este correo no tiene otra forma que su texto.
inbox.original_unread   Este correo no se pudo leer de forma segura. Se puede descargar.

error.cannot_assign     Esta persona no trabaja con los avisos.
error.cannot_split      Solo tiene este mensaje, así que no hay nada que separar.
error.cannot_pass       Este aviso no puede ir ahí: está cerrado, todavía no tiene lugar, no es de los que aceptan, vino de ellos o ya lo tienen.
error.cannot_merge      Estos avisos no se pueden unir.
error.cannot_reply      No se puede responder a nadie que siga este aviso.
error.cannot_resend     Esta notificación no se puede enviar de nuevo.
error.cannot_undo       Esto ya no se puede deshacer.
inbox.view.all          Todos los activos
inbox.view.mine         Los míos
inbox.view.unassigned   Sin asignar
inbox.view.place        Falta el lugar
inbox.view.category     Falta la categoría
inbox.view.emergency    Emergencias
inbox.view.waiting      A la espera de respuesta
inbox.view.done         Resueltos esta semana
inbox.view.snoozed      Pospuestos
trail.received          Recibido
trail.entered           Registrado por el personal
trail.unread            No se pudo leer automáticamente
trail.sealed            Cifrado: abra el original en un programa de correo que tenga la clave
trail.spam              Probablemente no deseado
trail.cut               Solo se tomó el principio: el resto está en el buzón
trail.placed            Lugar
trail.unplaced          Lugar retirado
trail.categorised       Categoría
trail.routed            Departamento
trail.after-all         Se había apartado y se hizo de ello un reporte
trail.joined            Llegó otro mensaje
trail.subject           Otro asunto, quizás otro reporte
trail.undelivered       Un correo fue devuelto
trail.notice            Notificación
trail.not-answered      Sin respuesta
trail.state             Estado
trail.reopened          Reabierto
trail.assigned          Asignado
trail.urgent            Emergencia
trail.noted             Nota
trail.replied           Respondido
trail.snoozed           Pospuesto
trail.woken             De vuelta en la lista
trail.passed            Pasado a
trail.pass-failed       No se pudo pasar
trail.neighbour-says    Dicen
trail.neighbour-done    Cerrado por ellos
trail.merged            Unido con otro
trail.split             Separado
trail.resent            Enviado de nuevo
trail.undone            Deshecho

door.imap               Correo electrónico
door.lmtp               Correo electrónico
door.maildir            Correo electrónico
door.neighbour          Otro organismo
door.smtp               Correo saliente
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

ui.skip                 Ir a los reportes
ui.loading              Cargando
ui.error                No funcionó. Inténtelo de nuevo.
ui.error_offline        No se puede conectar con el servidor. No se perdió nada; inténtelo de nuevo.
ui.offline              Sin conexión. Reintentando
ui.again                Reintentar
ui.cancel               Cancelar
ui.close                Cerrar
ui.save                 Guardar
ui.yes                  Sí
ui.no                   No
ui.unknown              Desconocido
ui.any                  Todos
ui.nobody               Nadie
ui.back_list            Volver a la lista
ui.back_report          Volver al reporte
ui.sign_out             Cerrar sesión
ui.type_to_find         Escriba para buscar
ui.nothing_fits         No hay coincidencias.

ui.views                Vistas
ui.views_saved          Vistas guardadas
ui.view_save            Guardar esta vista
ui.view_name            Nombre de la vista
ui.view_shared          Para todas las personas que trabajan aquí
ui.view_saved           Vista guardada: {name}
ui.view_remove          Eliminar la vista {name}
ui.view_removed         Vista eliminada: {name}

ui.list                 Reportes
ui.count_one            1 reporte
ui.count_many           {n} reportes
ui.fresh_one            1 nuevo
ui.fresh_many           {n} nuevos
ui.none_fits            No hay reportes en esta vista.
ui.none_left            No queda nada pendiente aquí.
ui.hint_move            mover
ui.hint_select          elegir
ui.hint_keys            todas las teclas
ui.number               número {id}
ui.has_it               lo tiene {name}
ui.photo                con foto
ui.duplicates_n         duplicados: {n}
ui.no_category          Sin categoría aún
ui.no_place             Sin lugar aún
ui.no_department        Sin departamento

ui.filters              Filtros
ui.filter_none          Mostrar todo
ui.take_off             Quitar el filtro {what}
ui.state                Estado
ui.state_active         Activos
ui.state_any            Todos
ui.tab_new              Nuevos
ui.tab_waiting          En espera
ui.tab_done             Resueltos
ui.tab_open             En curso
ui.tab_not-ours         No es nuestro
ui.tab_duplicate        Duplicado
ui.category             Categoría
ui.area                 Zona
ui.department           Departamento
ui.departments          Departamentos
ui.assignee             Asignado a
ui.assignee_me          Yo
ui.channel              Vía
ui.needs                Falta
ui.needs_place          El lugar
ui.needs_category       La categoría
ui.age                  De más de
ui.age_1d               1 día
ui.age_7d               7 días
ui.age_30d              30 días
ui.urgent               Emergencia
ui.urgent_only          Solo emergencias
ui.snoozed              Pospuestos
ui.snoozed_only         Solo los pospuestos
ui.order                Orden
ui.order_urgent         Emergencias y luego los más nuevos
ui.order_oldest         Primero los más antiguos
ui.order_changed        Primero los últimos cambios
ui.bbox                 Esta parte del mapa
ui.bbox_only            Solo lo que está aquí

ui.selected             Lo elegido
ui.picked_n             {n} elegidos
ui.picked_most          Se eligieron los primeros {n}: es el máximo a la vez.
ui.pick_all             Elegir los {n}
ui.confirm_n_one        Esto cambia 1 reporte.
ui.confirm_n_many       Esto cambia {n} reportes. Puede deshacerlo.
ui.do_it                Cambiar {n}
ui.did_one              #{id}: {what}
ui.did_many             {n} reportes: {what}

ui.search               Buscar en los reportes
ui.report               Reporte
ui.pick_one             Elija un reporte para leerlo aquí.
ui.resident_page        La página del vecino
ui.actions              Qué hacer
ui.duplicate_of         Este es un duplicado de
ui.unread               No se pudo leer de forma automática. Abra el original.
ui.asked_since          Se le preguntó al vecino hace {age} y aún no responde.
ui.is_writing           {name} está escribiendo aquí
ui.is_reading           {name} también está viendo esto
ui.just_did             {name}, ahora mismo: {what}
ui.within               {how}, a menos de {m}

ui.place                Lugar
ui.place_sure           Lugar conocido
ui.place_check          ¿Es aquí?
ui.place_others         otros {n}
ui.chosen               Elegido
ui.use                  Usar
ui.confirm_here         Es aquí
ui.why_not              No se eligió: {why}
ui.place_title          Corregir el lugar
ui.place_where          Dirección, cruce o lugar
ui.place_save           Guardar este lugar
ui.find_none            El mapa del municipio no conoce ese lugar. También puede mover el marcador.
ui.pin_hint             Escriba una dirección o mueva el marcador en el mapa: arrástrelo, o selecciónelo y use las teclas de flecha.
ui.pin_moved            Marcador movido
ui.near                 Cerca de {label}
ui.use_near             Usar {label}
ui.outside              Está fuera del municipio.
ui.kind.address         Dirección
ui.kind.street          Calle
ui.kind.intersection    Cruce
ui.kind.crossing        Cruce
ui.kind.place           Lugar
ui.kind.area            Zona
ui.method.none          no está en el mapa
ui.method.pin           marcador puesto por una persona
ui.method.exif          de la foto
ui.method.coordinate    coordenadas en el texto
ui.method.address-point dirección que el municipio conoce
ui.method.interpolated  entre números conocidos
ui.method.intersection  cruce de dos calles
ui.method.near-approach donde dos calles se acercan
ui.method.block         una cuadra de la calle
ui.method.between       entre dos calles transversales
ui.method.place         lugar conocido
ui.method.street        en algún punto de la calle
ui.method.area          en algún punto de la zona
ui.method.remote        hallado por otro servicio de mapas

ui.why                  Por qué
ui.read_as              Se leyó como
ui.rule                 Regla
ui.score                Puntaje
ui.what.category        categoría
ui.what.place           lugar
ui.what.urgent          emergencia
ui.what.number          número de casa
ui.what.street          calle
ui.what.cross           calle transversal
ui.what.address         dirección
ui.what.coordinate      coordenadas
ui.what.person          nombre
ui.what.contact         cómo contactarle
ui.another_category     Otra categoría
ui.another_place        Otro lugar
ui.not_urgent           Cambiar si es una emergencia
ui.is_place             Este es el lugar
ui.is_category          Esto indica la categoría
ui.remember             Recordar
ui.remember_not         Ahora no
ui.remember_words       ¿Estas palabras significarán «{label}» de ahora en adelante?
ui.remember_alias       ¿Otro nombre significará «{label}» de ahora en adelante?
ui.remember_place       ¿Este punto tendrá un nombre de ahora en adelante?
ui.remember_these       Las palabras, como las escriben los vecinos
ui.remember_called      El nombre, como lo escriben los vecinos
ui.remembered           Se recordará: {line}

ui.thread               Qué ha pasado
ui.received             Recibido
ui.from                 De
ui.says                 Texto
ui.forwarded            reenviado por {name}
ui.automatic            Automático
ui.quoted_show          Mostrar todo
ui.quoted_hide          Mostrar menos
ui.original             El original
ui.original_download    Descargar el original
ui.download             Descargar
ui.split                Hacer de esto otro reporte
ui.split_done           Separado
ui.taken_back           Deshecho
ui.undo                 Deshacer
ui.undo_what            Deshacer: {what}
ui.undo_none            No hay nada que deshacer.
ui.undone               Se deshizo: {what}
ui.undone_plain         Se deshizo.
ui.told                 A {to}
ui.sent.pending         En camino
ui.sent.claimed         Enviándose
ui.sent.sent            Enviado
ui.sent.queued          En espera en el proveedor
ui.sent.sending         Enviándose
ui.sent.delayed         Demorado
ui.sent.delivered       Entregado
ui.sent.read            Leído
ui.sent.failed          Falló
ui.sent.unknown         No se sabe si llegó
ui.sent.withdrawn       Retirado
ui.next_try             próximo intento {when}
ui.resend               Enviar otra vez
ui.resent               Enviado otra vez a {to}
ui.followers            Reciben noticias:
ui.photo_open           Abrir la imagen {name}
ui.photo_of             Imagen enviada por el vecino: {name}
ui.photo_before         Anterior
ui.photo_after          Siguiente
ui.photo_use            Usar el lugar de la foto
ui.photo_place          Lugar de la foto

ui.likes_one            Quizá sea lo mismo que otro
ui.likes_many           Quizá sea lo mismo que alguno de otros {n}
ui.likeness             {n} de parecido
ui.compare              Comparar
ui.compare_with         Comparar con {id}
ui.merge                Unir
ui.pass_title           ¿A quién se pasa?
ui.passed_to            Pasado a {name}
ui.merge_title          Unir duplicados
ui.merge_compare        Los dos reportes lado a lado
ui.merge_number         Número del otro reporte
ui.merge_hint           A todos los que reportaron uno u otro se les dirá cómo termina. Puede separarlos en cualquier momento.
ui.merge_keep           Es lo mismo: conservar #{id}
ui.merge_all            Los otros {n} pasan a ser duplicados del más antiguo, #{id}.
ui.merge_found_one      Hay un reporte cercano parecido.
ui.merge_found_many     No hay nada cercano parecido. Indique el número del otro.
ui.merged_into          Unido a #{id}

ui.assign_title         Asignar a
ui.assign_me            Yo ({name})
ui.people               Personas
ui.department_title     Departamento
ui.department_new       Departamento nuevo: {name}
ui.category_title       Categoría
ui.state_title          Cambiar el estado
ui.done_title           Resolver: ¿cómo terminó?
ui.urgent_on            Emergencia
ui.urgent_off           No es emergencia
ui.snooze               Posponer
ui.snooze_title         Posponer hasta
ui.snooze_tomorrow      Mañana temprano
ui.snooze_monday        El lunes
ui.snooze_week          En una semana
ui.snooze_month         En un mes
ui.snooze_date          Otro día
ui.snooze_end           Ya no posponer
ui.snoozed_until        Pospuesto hasta {day}

ui.write                Qué escribir
ui.reply_text           Su respuesta
ui.reply_to             Se envía a
ui.reply_nobody         Nadie dejó una dirección, así que nadie recibiría esta respuesta.
ui.any_door             cualquier vía
ui.note_text            Su nota
ui.note_hint            Solo la ven quienes trabajan aquí.
ui.canned               Respuestas listas
ui.preview              Vista previa
ui.and_set              y marcarlo como
ui.state_stays          sin cambio
ui.send                 Enviar
ui.keep_note            Guardar nota
ui.replied              #{id}: respondido
ui.noted                #{id}: nota guardada
ui.sms_one              1 mensaje de texto
ui.sms_many             {n} mensajes de texto
ui.sms_left             quedan {n} caracteres
ui.sms_wide             más largo por {what}

ui.conflict_title       Alguien se adelantó
ui.conflict             El reporte #{id} cambió mientras usted trabajaba en él.
ui.conflict_was         Como usted lo vio
ui.conflict_now         Como está ahora
ui.conflict_yours       Lo que usted quería
ui.conflict_other       Se le agregó algo.
ui.conflict_kept        Su texto se conserva en cualquier caso.
ui.conflict_insist      Hacerlo de todos modos
ui.conflict_leave       Dejarlo y mirar
ui.signed_out           Su sesión terminó
ui.signed_out_text      No se pierde nada de lo que escribió: estará aquí cuando vuelva.
ui.sign_in_tab          Iniciar sesión en otra pestaña
ui.sign_in_here         Iniciar sesión aquí
ui.signed_in            Ya inicié sesión

ui.map                  Mapa
ui.map_trouble          El mapa no se puede mostrar en este momento.
ui.width_list           Ancho de la lista
ui.width_map            Ancho del mapa

ui.new_door             ¿Cómo llegó?
ui.door_phone           Alguien llama
ui.door_counter         Alguien está aquí
ui.new_text             Lo que dice
ui.new_hint             En sus propias palabras. La categoría y el lugar se leen de ahí, como en cualquier otro reporte.
ui.new_by_text          Según el texto
ui.new_place            Dónde, si el texto no lo dice
ui.new_who              ¿Quién es?
ui.new_name             Nombre
ui.new_contact          Correo electrónico o número de teléfono
ui.new_language         Idioma de la respuesta
ui.new_send             Ingresar el reporte
ui.new_made             Se ingresó el reporte #{id}

ui.palette              Todos los comandos
ui.help                 Teclas
ui.keys_on              Teclas de una letra
ui.keys_on_hint         Desactívelas si estorban. Con Ctrl K se encuentra igualmente cada comando.
ui.group.move           Moverse
ui.group.work           Trabajar
ui.group.select         Elegir
ui.group.find           Buscar
ui.group.go             Ir
ui.do.next              Reporte siguiente
ui.do.previous          Reporte anterior
ui.do.open              Abrir
ui.do.back              Volver
ui.do.list              A la lista
ui.do.done              Resolver
ui.do.assign            Asignar
ui.do.category          Cambiar la categoría
ui.do.place             Corregir el lugar
ui.do.candidate         Usar el candidato A, B o C
ui.do.reply             Responder
ui.do.note              Nota
ui.do.state             Estado
ui.do.department        Cambiar el departamento
ui.do.pass              Pasar a...
ui.do.snooze            Posponer
ui.do.urgent            Emergencia
ui.do.merge             Unir
ui.do.undo              Deshacer lo último
ui.do.select            Elegir
ui.do.select-to         Elegir hasta aquí
ui.do.select-all        Elegir toda esta vista
ui.do.select-none       No elegir ninguno
ui.do.search            Buscar
ui.do.filters           Filtros
ui.do.fresh             Mostrar lo nuevo
ui.do.palette           Todos los comandos
ui.do.resident          La página del vecino
ui.do.original          El original
ui.do.inbox             Bandeja de entrada
ui.do.new               Ingresar un reporte
ui.do.map               Mapa
ui.do.rail              Vistas
ui.do.figures           Cifras
ui.do.health            Estado del sistema
ui.do.people            Personas
ui.do.help              Teclas

public.title            Reportes en el municipio
public.text             Lo que se ha reportado en los últimos meses y en qué quedó. No se muestra quién lo reportó.
public.area             Zona
public.category         De qué se trata
public.any              Todo
public.show             Mostrar
public.recent           Lo más reciente
public.none             No se ha reportado nada así en los últimos meses.
public.feed             Siga estos reportes con un lector de noticias (RSS)
public.show_on_map      Ver en el mapa
public.hidden           […]
public.names            mi nombre es|me llamo
public.names_maybe      yo soy|soy|firma|atentamente|saludos|gracias|sr|sra|señor|señora|don|doña

role.reader                     Solo lectura
role.clerk                      Personal de atención
role.supervisor                 Supervisión
role.admin                      Administración
ui.figures.span                 Período
ui.figures.days                 {n} días
ui.figures.from                 Desde
ui.figures.to                   Hasta
ui.figures.everywhere           En todas partes
ui.figures.reports              Reportes
ui.figures.shown                Se muestran las cifras de {n} reportes.
ui.figures.first_answer         Hasta la primera respuesta de una persona
ui.figures.done                 Hasta que se terminó
ui.figures.p90                  la mitad; nueve de cada diez en {span}
ui.figures.none_yet             ninguno hasta ahora
ui.figures.placed_machine       Ubicados automáticamente
ui.figures.sorted_machine       Categoría automática
ui.figures.corrected_n          corregidos por el personal: {n}
ui.figures.weeks                Reportes por semana
ui.figures.week                 Semana del
ui.figures.all                  Todos
ui.figures.others               Todos los demás
ui.figures.by_category          Por categoría
ui.figures.by_area              Por zona
ui.figures.placed               Quién encontró el lugar
ui.figures.sorted               Quién eligió la categoría
ui.figures.who                  Quién
ui.figures.said_by_machine      Máquina
ui.figures.said_corrected       Corregido
ui.figures.said_by_clerk        Personal
ui.figures.said_none            Nadie aún
ui.figures.ages                 Abiertos ahora, por antigüedad
ui.figures.age_up_to            hasta {n} d
ui.figures.age_over             más de {n} d
ui.figures.chart                Gráfico: {title}. Sus números están en la tabla de abajo.
ui.figures.table                Como tabla
ui.figures.nothing              Nada en este período.
ui.figures.files                Todos los reportes desde el {day}:
ui.figures.csv                  Para hoja de cálculo (CSV)
ui.figures.geojson              Para un mapa (GeoJSON)
ui.health.well                  Bien
ui.health.look                  Revisar
ui.health.trouble               Problema
ui.health.as_of                 Situación al {when}.
ui.health.reload                Revisar otra vez
ui.health.channels              Vías de entrada
ui.health.inside                Por dentro
ui.health.trouble_since         Desde {ago}: {why}
ui.health.closed                No está en inlet.conf, así que por aquí ya no entra nada.
ui.health.last                  El último mensaje llegó {ago}; {n} en total.
ui.health.none                  Aún no ha llegado nada.
ui.health.sends                 Solo envía.
ui.health.checks                Se le muestra cada correo antes de leerlo.
ui.health.server_has            El servidor tiene {n} mensajes, la bandeja tiene {inbox}.
ui.health.signed_in             Conectado con un token hasta {when}; se renueva solo.
ui.health.waiting               Esperan ser leídos: {n}.
ui.health.quarantined           No se pudieron leer: {n}.
ui.health.counted               Contados:
ui.health.count.delivered       entregados
ui.health.count.undelivered     no entregados
ui.health.count.forged          falsificados, rechazados
ui.health.count.limited         demasiados, rechazados
ui.health.count.honeypot        publicidad, rechazada
ui.health.count.media-lost      imágenes perdidas
ui.health.count.unreadable      no comprendidos, rechazados
ui.health.count.strange-reports informes de entrega de otros correos
ui.health.rules                 Reglas
ui.health.rules_fail            Las reglas nuevas no se cargaron; siguen en uso las anteriores:
ui.health.rules_since           En uso desde el {when}.
ui.health.map                   Mapa
ui.health.map_fail              El mapa nuevo no se cargó; sigue en uso el anterior:
ui.health.map_none              No hay mapa, así que ningún reporte se puede ubicar: cree uno con "inlet gaz import".
ui.health.map_has               Creado {ago}, con {streets} calles y {addresses} direcciones.
ui.health.map_old               Tiene más de un año: impórtelo de nuevo.
ui.health.outbox                Salida
ui.health.pending               Esperan ser enviados: {n}.
ui.health.failed                Abandonados: {n}.
ui.health.unknown               No se sabe si llegaron: {n}.
ui.health.machine               Equipo
ui.health.disk                  Espacio en el disco: {free}.
ui.health.disk_full             Solo quedan {free} en el disco: no entra nada hasta que haya espacio.
ui.health.backlog               Se leen ahora: {n}.
ui.health.quarantine            Lo que no se pudo leer
ui.health.quarantine_none       Todo se pudo leer.
ui.health.report                Reporte {id}
ui.health.retry                 Leerlo de nuevo
ui.health.still_not             Todavía no se puede leer.
ui.health.was_read              El reporte {id} se leyó.
ui.health.aside                 Apartado: informes de entrega de correos que no son nuestros
ui.health.aside_none            No hay nada apartado.
ui.health.make                  Hacer de esto un reporte
ui.health.was_made              Ahora es el reporte {id}.
ui.people.own                   Su cuenta, {name}
ui.people.password              Contraseña
ui.people.password_change       Cambiar la contraseña
ui.people.password_hint         De 10 a 200 caracteres. Unas cuantas palabras son mejores que un acertijo corto.
ui.people.password_set          Su contraseña se cambió. Se cerró su sesión en los demás dispositivos.
ui.people.old                   Su contraseña actual
ui.people.new                   Contraseña nueva
ui.people.totp                  Código de una aplicación
ui.people.totp_what             Con él, al entrar también se pide un código de su teléfono.
ui.people.totp_begin            Configurarlo
ui.people.totp_enter            Escriba esta clave en la aplicación y luego el código que ella muestra.
ui.people.totp_link             Abrirla en una aplicación de este dispositivo
ui.people.totp_keep             Activarlo
ui.people.totp_is_on            Está activado: al entrar se pide un código.
ui.people.totp_end              Desactivarlo
ui.people.totp_on               Desde ahora, al entrar se pide un código.
ui.people.totp_off              Al entrar ya no se pide un código.
ui.people.code                  Código
ui.people.sessions              Sesiones abiertas
ui.people.this_one              aquí
ui.people.session               {browser}, {address}, vista por última vez {ago}
ui.people.session_end           Cerrar
ui.people.session_ended         La sesión de {name} se cerró.
ui.people.all                   Todas las personas
ui.people.disabled              no puede entrar
ui.people.with_code             con código
ui.people.since                 desde el {when}
ui.people.role                  Función
ui.people.role_of               Función de {name}
ui.people.role_set              La función de {name} se cambió.
ui.people.set_password          Poner una contraseña
ui.people.new_for               Contraseña nueva para {name}
ui.people.password_of           {name} tiene una contraseña nueva y se cerró su sesión.
ui.people.totp_take             Quitar el código
ui.people.totp_gone             {name} entra ahora sin código.
ui.people.disable               Impedir la entrada
ui.people.enable                Permitir la entrada
ui.people.was_disabled          {name} ya no puede entrar.
ui.people.was_enabled           {name} puede entrar de nuevo.
ui.people.add                   Agregar a alguien
ui.people.add_do                Agregar
ui.people.added                 Se agregó a {name}.
ui.people.name                  Nombre
ui.people.language              Idioma
ui.people.language_any          Según su navegador
ui.people.first_password        Primera contraseña
ui.people.audit                 Lo que se cambió
ui.people.when                  Cuándo
ui.people.by                    Quién
ui.people.what                  Qué
ui.people.whom                  A quién
ui.people.did.user_added        agregó
ui.people.did.password          contraseña nueva
ui.people.did.role              función
ui.people.did.language          idioma
ui.people.did.disabled          impidió la entrada
ui.people.did.enabled           permitió la entrada
ui.people.did.totp              código activado
ui.people.did.totp_off          código desactivado
ui.people.did.signed_in         entró
ui.people.did.signed_out        salió
ui.people.did.locked_out        bloqueo tras cinco intentos
ui.people.did.session_ended     sesión cerrada
ui.people.did.remembered        enseñó
ui.people.did.forgotten         dejó de enseñar
ui.taught.title                 Lo que se enseñó
ui.taught.none                  Aún nadie ha enseñado nada.
ui.taught.forget                Olvidar
ui.taught.forgotten             Se olvidó: el próximo reporte se leerá sin ello.

# What programs are told that send or ask by Open311; they show it to people.
open311.nothing              No hay nada en esta dirección
open311.format               La dirección termina en .xml o .json
open311.limited              Son demasiadas veces; espere un rato, por favor
open311.key                  Aquí no se conoce esta api_key
open311.key_missing          Para esto se necesita una api_key
open311.jurisdiction         Aquí no se conoce este jurisdiction_id
open311.jurisdiction_missing Indique a qué jurisdiction_id se refiere, por favor
open311.service              Aquí no se conoce este service_code
open311.service_missing      Se necesita un service_code
open311.request              No existe esa solicitud, o no se puede mostrar
open311.request_missing      Se necesita un service_request_id
open311.token                Aquí no se conoce este token
open311.place                Se necesita un lugar: lat y long, o address_string
open311.half                 lat y long solo se entienden juntos
open311.degrees              lat y long deben ser grados del globo
open311.description          La descripción tiene más de 4,000 caracteres
open311.long                 Esto es demasiado largo
open311.attribute_missing    Se necesita una respuesta a
open311.attribute            Esta respuesta no corresponde
open311.files                Hay demasiados archivos
open311.file_large           Un archivo es demasiado grande
open311.form                 No se pudo leer el formulario
open311.update_empty         Una actualización necesita una descripción o un status
open311.date                 Esto no es una fecha como 2026-01-31T12:00:00Z
open311.date_order           end_date es anterior a start_date
open311.span                 No se pueden pedir más de 90 días a la vez
open311.ids                  Son demasiados service_request_id a la vez
open311.codes                Estos no son códigos de servicio
open311.status               El status es open o closed
open311.bbox                 Un bbox es oeste,sur,este,norte en grados
open311.page                 page empieza en 1 y page_size va de 1 a 1000
