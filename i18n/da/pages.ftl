### Siderne ved siden af skrivebordet, hentet når den første af dem åbnes.

## Rammen om arbejdet
staff-back = Tilbage
staff-from = Fra
staff-to = Til

## Log ind
staff-logins-intro = Her er du logget ind. Afslut dem, du ikke kender.
staff-logins-browser = Browser
staff-logins-since = Siden
staff-logins-seen = Sidst brugt
staff-logins-this = Den, du bruger nu
staff-logins-unknown = Ukendt browser
staff-logins-revoke = Afslut

## Viden
staff-know-common-only = Kun fælles

## Overdraget til afdelingen
staff-inbox-title = Overdraget
staff-inbox-title-of = Overdraget til { $municipality }
staff-inbox-open-count = { $n } åbne
staff-inbox-list = Overdragelser
staff-inbox-chosen = Valgt overdragelse
staff-inbox-open = Åbne
staff-inbox-mine = Mine
staff-inbox-overdue = Over frist
staff-inbox-done = Svaret
staff-inbox-empty = Ingen overdragelser venter.
staff-inbox-empty-filter = Ingen her.
staff-inbox-choose = Vælg en overdragelse for at se hele historien.
staff-inbox-deadline = Frist
staff-inbox-from = Overdraget af
staff-inbox-with = Hos
staff-inbox-nobody = Ingen endnu
staff-inbox-you = Dig
staff-inbox-group-overdue = Over frist
staff-inbox-group-today = Frist i dag
staff-inbox-group-tomorrow = Frist i morgen
staff-inbox-group-later = Senere
staff-inbox-made = Overdraget { $when } af { $name } til { $department }
staff-inbox-promised = Borgeren er lovet svar ({ $way }) senest { $when }.
staff-inbox-passed = Fristen er overskredet, { $span }.
staff-inbox-take = Tag den
staff-inbox-take-over = Overtag
staff-inbox-taken-by = Hos { $name }
staff-inbox-mark-done = Færdig
staff-inbox-is-answered = Borgeren har fået svar.
staff-inbox-is-done = Afsluttet.
staff-inbox-move = Flyt frist
staff-inbox-move-title = Flyt fristen
staff-inbox-move-told = Borgeren får besked om den nye frist, før den gamle løber ud.
staff-inbox-move-to = Flyt til { $when }
staff-inbox-show-number = Vis nummer
staff-inbox-show-email = Vis adresse
staff-inbox-is-logged = bliver skrevet i loggen
staff-inbox-answer = Svar til borgeren
staff-inbox-answer-hint = Skriv svaret i almindelige ord.
staff-inbox-answer-hint-phone = Skriv det, I blev enige om i telefonen. Det står på borgerens statusside.
staff-inbox-answer-by-mail = Sendes som e-mail og står på statussiden
staff-inbox-answer-on-page = Står på borgerens statusside
staff-inbox-answer-as = Svar som { $municipality }
staff-inbox-answer-given = Det svar, borgeren fik
staff-inbox-story = Hele historien
staff-inbox-no-story = Teksterne er slettet efter reglerne.

## Vagter
staff-week = uge { $n }
staff-this-week = Denne uge
staff-week-before = Ugen før
staff-week-after = Ugen efter
staff-duty-table = Hvem har vagten hver dag i ugen
staff-duty-legend = Feltet viser, hvor mange der er på vagt, og hvornår. ”Alle” er alle kommunens medarbejdere. Skraveret er weekend.
staff-duty-side = Vagtens detaljer
staff-duty-tonight = I aften
staff-duty-tonight-none = Ingen vagt i aften.
staff-duty-everyone = Alle kommunens medarbejdere
staff-duty-all = Alle
staff-duty-mine = Mine vagter
staff-duty-mine-none = Du har ingen vagter i denne uge.
staff-duty-cell = { $municipality }, { $date }: ret vagten
staff-duty-add = { $municipality }, { $date }: ny vagt
staff-duty-edit = Ret vagten
staff-duty-new = Ny vagt
staff-duty-who-serves = Kommune, der svarer for alle
staff-duty-people = På vagt
staff-duty-no-people = Ingen medarbejdere at vælge.
staff-duty-save = Gem vagten
staff-duty-cancel = Aflys vagten
staff-duty-cancel-sure = Aflyses vagten, mister de på vagt adgangen med det samme.

## Logbogen
staff-audit-intro = Hvem har set hvad, hvornår og hvorfor. Opslag her bliver også skrevet ned.
staff-audit-subject = Om hvem eller hvad, for eksempel contact/… eller person/…
staff-audit-show = Vis
staff-audit-when = Hvornår
staff-audit-who = Hvem
staff-audit-what = Hvad
staff-audit-why = Hvorfor
staff-audit-more = Vis flere
staff-audit-none = Ingen opslag i den tid.
staff-erase-title = Slet en borgers tekster
staff-erase-intro = Alt, borgeren har skrevet i henvendelsen, bliver slettet. Forløbet uden tekster står tilbage. Det kan ikke fortrydes.
staff-erase-contact = Henvendelsens nummer
staff-erase-do = Slet teksterne
staff-erase-sure = Ja, slet dem nu
staff-erase-done = Teksterne er slettet. Kvitteringen står nedenfor.
staff-receipts-title = Kvitteringer
