### Medarbejdernes program.

## Rammen om arbejdet

staff-title-page = { $page } · Straks
staff-title-unread = ({ $n }) { $page } · Straks
staff-skip = Gå til indhold
staff-mark-label = Straks, til skrivebordet
staff-rail-label = Arbejdsområder
staff-page-desk = Skrivebord
staff-page-inbox = Overdraget
staff-page-knowledge = Viden
staff-page-directory = Kontakter
staff-page-duty = Vagtplan
staff-page-calls = Opkald
staff-page-logins = Mine login
staff-page-privacy = Logbog
staff-page-workshop = Værksted
staff-duty-until = Vagt til kl. { $time }
staff-duty-now = På vagt
staff-duty-serving = { $municipality } svarer for
staff-duty-none = Ingen vagt for andre lige nu
staff-duty-ending =
    { $minutes ->
        [one] Vagten slutter om 1 minut.
       *[other] Vagten slutter om { $minutes } minutter.
    }
staff-duty-ending-do =
    { $n ->
        [0] Du får ingen nye tilbud.
        [one] Du får ingen nye tilbud. Afslut eller overdrag din samtale.
       *[other] Du får ingen nye tilbud. Afslut eller overdrag dine { $n } samtaler.
    }
staff-find-button = Søg viden, person, afdeling eller emne
staff-loading = Henter …
staff-try-again = Prøv igen
staff-close = Luk
staff-cancel = Fortryd
staff-clear = Ryd
staff-show = Vis
staff-hide = Skjul
staff-send = Send
staff-on = Til
staff-off = Fra
staff-date = Dato
staff-time = Klokkeslæt
staff-you = Dig
staff-municipality = Kommune
staff-unknown-municipality = Kommune ikke kendt
staff-anonymous = Anonym
staff-the-citizen = Borgeren
staff-in-english = på engelsk
staff-channel-chat = Chat
staff-channel-call = Opkald
staff-unreachable-now = Vi får ikke svar lige nu. Intet er gået tabt. Prøv igen om lidt.
staff-unreachable-trying = Vi får ikke svar lige nu og prøver igen …
staff-unread-count =
    { $n ->
        [one] 1 ulæst
       *[other] { $n } ulæste
    }

## Forbindelsen

staff-link-open = Forbundet
staff-link-open-slow = Forbundet, langsomt
staff-link-polling = Netværket spærrer for den hurtige forbindelse. Vi henter nyt hvert andet sekund.
staff-link-connecting = Forbinder …
staff-link-retrying = Genopretter, { $n }. forsøg
staff-link-cut = Afbrudt. Tilbud går til andre
staff-link-back = Forbundet igen
staff-link-away-since = Forbindelsen er væk siden { $time }.
staff-link-away-kept = Det, du skriver, gemmes her og sendes, når den er tilbage.
staff-link-lost-announced = Forbindelsen er væk. Det, du skriver, gemmes.

## Tilstedeværelse

staff-presence-label = Tilstedeværelse
staff-presence-button = { $name }, { $municipality }:
staff-presence-ready = Klar
staff-presence-break = Pause
staff-presence-busy = Optaget
staff-presence-offline = Ikke på vagt
staff-presence-load = { $n } af { $total } chats i brug
staff-presence-must-finish =
    { $n ->
        [one] 1 samtale skal afsluttes
       *[other] { $n } samtaler skal afsluttes
    }
staff-presence-reason = Grund, som kollegerne kan se
staff-presence-back = Tilbage kl.
staff-presence-back-at = tilbage kl. { $time }
staff-presence-set = Sæt til { $state }
staff-sound-switch = Lyd ved tilbud

## Log ind

staff-login-title = Log ind
staff-login-intro = Log ind for at svare borgerne.
staff-login-name = Brugernavn
staff-login-password = Adgangskode
staff-login-enter = Log ind
staff-login-busy = Logger ind …
staff-login-leave = Log ud
staff-login-wrong = Brugernavn eller adgangskode passer ikke. Prøv igen.
staff-login-too-often =
    { $minutes ->
        [one] For mange forsøg. Vent 1 minut, og prøv igen.
       *[other] For mange forsøg. Vent { $minutes } minutter, og prøv igen.
    }
staff-login-demo-title = Prøv som en af disse
staff-login-demo-intro = Det her er en demonstration. Vælg en person for at logge ind.

## Roller

staff-role-agent = Medarbejder
staff-role-department-coordinator = Koordinator
staff-role-editor = Redaktør
staff-role-reviewer = Godkender
staff-role-duty-planner = Vagtplanlægger
staff-role-leader = Leder
staff-role-security-officer = Sikkerhedsansvarlig
staff-role-municipality-administrator = Kommuneadministrator
staff-role-consortium-administrator = Fællesskabets administrator
staff-role-wallboard = Vægtavle

## Tilbud

staff-offer-label = Tilbud: { $channel } fra { $municipality }
staff-offer-announced = Tilbud: { $channel }, { $municipality }, { $title }, F2
staff-offer-waited = ventet { $time }
staff-offer-left =
    { $n ->
        [one] 1 sekund tilbage
       *[other] { $n } sekunder tilbage
    }
staff-offer-seconds = { $n } sekunder
staff-offer-take = Tag { $channel }
staff-offer-back = Send tilbage
staff-offer-back-title = Tilbage på sin plads i køen
staff-offer-gone-label = Tilbuddet er væk
staff-offer-taken = En kollega tog den
staff-offer-lapsed = Tilbage på sin plads i køen
staff-offer-withdrawn = Tilbuddet er trukket tilbage
staff-offer-pause = Sæt mig på pause
staff-offer-stay = Jeg er her

## Skrivebordet

staff-desk-left-label = Kø og mine samtaler
staff-pane-list = Kø
staff-pane-talk = Samtale
staff-desk-mine = Mine samtaler
staff-desk-mine-none = Ingen endnu. Er du klar, kommer den næste af sig selv.
staff-desk-queue = I kø nu
staff-desk-longest = længst { $time }
staff-desk-longest-head = Længst
staff-desk-waiting = Venter
staff-desk-team = På vagt
staff-desk-nobody-waits = Ingen venter
staff-desk-nobody-waits-do = Den næste henvendelse bliver tilbudt dig her. Tag den med F2.
staff-desk-none-open = Du har ingen samtaler åbne
staff-desk-none-open-wait = Sæt dig til Klar, så får du den næste i køen.
staff-row-writing = Skriver nu …
staff-row-handing-over = Du overdrager
staff-row-ended = Samtalen er slut
staff-row-no-text = Ingen beskeder endnu
staff-row-you = Du: { $text }
staff-row-waited = Venter på svar i 
staff-team-you = { $name } (dig)
staff-team-load = { $n } af { $total } chats
staff-team-in-call = i opkald
staff-team-since = { $state } siden { $time }
staff-team-back = { $state } til { $time }
staff-team-ready = klar { $time }
staff-room-title = Vagtchat
staff-room-empty = Her skriver I sammen på vagten. Borgerne kan ikke se det. Skriv ikke om enkelte borgere.
staff-room-write = Skriv til kollegerne
staff-others-announced =
    { $count ->
        [one] 1 ny besked
       *[other] { $count } nye beskeder
    } i { $total ->
        [one] 1 samtale
       *[other] { $total } samtaler
    }
staff-chosen-announced = { $municipality }, { $name }, { $title }

## Samtalen

staff-band-say = Du svarer for { $municipality }
staff-band-grant = Kun denne samtale, til kl. { $time }
staff-unknown-say = Svar kun med den fælles tekst
staff-unknown-title = Kommune ikke kendt
staff-unknown-do = Du kan svare med den fælles tekst. Lokale fakta vises, når kommunen er valgt.
staff-talk-no-topic = Uden emne
staff-talk-over = Samtalen er slut
staff-talk-waited = ventede { $time }
staff-talk-lasted = samtale { $time }
staff-talk-transfers =
    { $n ->
        [one] 1 viderestilling
       *[other] { $n } viderestillinger
    }
staff-trail-title = Før henvendelsen
staff-trail-before = Før { $name } skrev
staff-trail-summary =
    { $n ->
        [one] 1 skridt
       *[other] { $n } skridt
    } på { $minutes ->
        [one] 1 minut
       *[other] { $minutes } minutter
    }
staff-trail-searched = Søgte
staff-trail-read = Læste
staff-trail-guide = Spørgeguide:
staff-trail-page = Så siden
staff-trail-found =
    { $n ->
        [0] ingen fund
       *[other] { $n } fund
    }
staff-log-label = Samtale med { $name }
staff-note-internal = kun for kolleger
staff-mark-read = læst
staff-mark-delivered = afleveret
staff-mark-sending = sender …
staff-mark-unsent = ikke sendt
staff-is-writing = skriver …
staff-text-erased = Teksten er slettet
staff-masked-number = Nummer skjult
staff-masked-sent = Et nummer i din besked blev skjult, før den blev gemt.
staff-warn-cpr = Det ligner et CPR-nummer. Skriv det ikke i chatten. Det bliver skjult, hvis du sender det.
staff-warn-card = Det ligner et kortnummer. Det bliver skjult, hvis du sender det.
staff-unsent-title = Beskeden blev ikke sendt.
staff-unsent-text = { $name } har ikke set den.
staff-unsent-again = Send igen
staff-unsent-edit = Ret den
staff-composer-as = Du svarer som { $municipality }
staff-composer-as-unknown = Du svarer uden at kende kommunen: kun fælles tekst
staff-composer-placeholder = Skriv til borgeren
staff-composer-remove-source = Fjern kilden
staff-composer-insert = Svar fra viden
staff-composer-send-as = Send som { $municipality }
staff-composer-left = { $n } tegn tilbage
staff-locked-title = Du kan ikke længere se samtalen for { $municipality }.
staff-locked-reach-ended = Din adgang er slut. En anden hjælper borgeren videre. Dit udkast er fjernet fra denne browser.
staff-locked-announced = Adgangen til en samtale for { $municipality } er slut.
staff-locked-dismiss = Luk den her

## Hvem kan afslutte

staff-competence-general = Generelt
staff-competence-local = Lokalt
staff-competence-case = Kræver sag
staff-competence-other = Anden myndighed
staff-competence-urgent = Haster
staff-advice-general = Alle kan afslutte.
staff-advice-local = Du kan afslutte med kommunens egne fakta.
staff-advice-case = Vejled nu, og overdrag til afdelingen.
staff-advice-other = Hvis vej: fortæl, hvem der gør det.

## Viden

staff-know-search = Søg i viden
staff-know-from-words = Søgt ud fra det, { $name } skriver
staff-know-by-topic = Søgt ud fra emnet
staff-know-by-nothing = Vælg emnet, eller søg
staff-know-own-words = Søgt med dine ord
staff-know-answer-for = Svar for
staff-know-hits = Viden
staff-know-others = Andre fund
staff-know-none-open = Viden vises her, når en samtale er åben.
staff-know-searching = Søger …
staff-know-none = Ingen artikel om ”{ $query }”. Prøv et andet ord, eller overdrag til afdelingen.
staff-know-not-usable = Vejled nu, og overdrag resten til kommunen.
staff-know-only = Gælder kun { $municipality }
staff-know-common = Fælles for alle kommuner
staff-know-authority = Hvem gør det
staff-know-stale = Over tid
staff-know-reviewed = Gennemgået { $date }.
staff-know-insert = Indsæt svar
staff-know-link-only = Kun link
staff-know-see-as-citizen = Vis som borger
staff-know-refused = Kan ikke indsættes
staff-know-refused-why = Teksten har en anden kommunes fakta end den, { $name } hører til.
staff-know-show-own = Vis de rigtige
staff-know-others-take-over = Skal andre tage over?
staff-guide-walk = Gå spørgeguiden
staff-guide-left =
    { $n ->
        [one] Højst 1 spørgsmål tilbage
       *[other] Højst { $n } spørgsmål tilbage
    }
staff-guide-end = Svaret
staff-guide-so-far = Svar indtil nu
staff-guide-by-citizen = borgerens svar
staff-trail-by-agent = svaret af os
staff-guide-change = ret svaret
staff-guide-ways = Veje videre
staff-guide-person = Et menneske
staff-guide-ask = Spørg borgeren

## Viderestilling

staff-transfer-title = Viderestil
staff-transfer-short = Viderestil

## Overdragelse

staff-errand-title = Overdrag med frist
staff-errand-short = Overdrag
staff-errand-not-by-itself = Gemmes ikke af sig selv
staff-errand-receiver = Modtager
staff-errand-receiver-in = Modtager i { $municipality }
staff-errand-missing = Det, borgeren mangler
staff-errand-missing-hint = Skriv det, så afdelingen kan svare uden at spørge igen.
staff-errand-deadline = Frist for svar til borgeren
staff-errand-other-deadline = Anden frist
staff-errand-reply = Svar gives
staff-reply-telephone = Ring op
staff-reply-email = E-mail
staff-reply-status-page = Statusside
staff-errand-phone = Telefon
staff-errand-email = E-mail
staff-errand-told = { $name } får denne besked:
staff-errand-promise-phone = { $department } ringer til dig senest { $when }. Du behøver ikke gøre mere.
staff-errand-promise-email = { $department } skriver til dig senest { $when }. Du behøver ikke gøre mere.
staff-errand-promise-status = { $department } svarer på din statusside senest { $when }.
staff-errand-whole-story = Hele samtalen følger med
staff-errand-submit-to = Overdrag til { $municipality }
staff-errand-done = Overdraget til { $department }.
staff-errand-done-deadline = Borgeren har fået at vide, at svaret kommer senest { $when }.
staff-errand-status-page = Borgerens statusside
staff-errand-back-to-chat = Tilbage til chatten
staff-errand-needs-department = Vælg en modtager.
staff-errand-needs-deadline = Vælg en frist, der ikke er gået.
staff-errand-needs-note = Skriv, hvad borgeren mangler.
staff-errand-needs-phone = Skriv et telefonnummer på mindst otte cifre.
staff-errand-needs-email = Skriv en e-mailadresse som navn@eksempel.dk.

## Afslutning

staff-wrap-title = Afslut henvendelsen
staff-wrap-short = Afslut
staff-wrap-correct-title = Ret registreringen
staff-wrap-correct = Ret
staff-wrap-topic = Emne
staff-wrap-outcome = Udfald
staff-wrap-suggested = Foreslået
staff-wrap-other-topic = Andet emne
staff-wrap-search-topic = Søg et emne
staff-wrap-saves-in = Gemmes om { $n } sek.
staff-wrap-stop = Stop uret
staff-wrap-save = Gem og gå videre
staff-wrap-hint = Kan rettes i ti minutter
staff-wrap-unsent = En besked er ikke sendt endnu. Send den, eller ret den, før du afslutter.
staff-outcome-clarified-at-once = Straksafklaret
staff-outcome-handed-over = Overdraget
staff-outcome-other-authority = Henvist til anden myndighed
staff-outcome-misdirected = Fejlhenvendelse
staff-outcome-citizen-left = Borgeren gik

## Overdraget til afdelingen

staff-inbox-somebody = En kollega
staff-inbox-overdue-count = { $n } over frist

## Vagter

staff-duty-problem-gap = Ingen har vagten

## Søgning over det hele

staff-palette-title = Søg i det hele
staff-palette-do = Med samtalen
staff-palette-go = Gå til
staff-palette-nothing = Intet passer. Prøv et andet ord.

## Taster

staff-help-title = Taster
staff-help-focus = Et tilbud flytter aldrig markøren. Enkelte bogstaver virker kun i afslutningen.
staff-key-take = tag tilbuddet
staff-key-send-back = send det tilbage
staff-key-conversation = min samtale nummer …
staff-key-insert = indsæt det åbne svar
staff-key-send = send; overdrag; viderestil
staff-key-search = søg i det hele
staff-key-next-pane = næste rude
staff-key-previous-pane = forrige rude
staff-key-transfer = viderestil eller overdrag
staff-key-wrap-up = afslut og registrer
staff-key-topic = emne, i afslutningen
staff-key-outcome = udfald, i afslutningen
staff-key-confirm = bekræft i dialog og afslutning
staff-key-close = luk; et udkast bliver stående
staff-key-arrows = lister, faner og valg
staff-key-help = denne liste

## Tidspunkter

staff-at-clock = kl. { $time }
staff-when-today = i dag kl. { $time }
staff-when-tomorrow = i morgen, { $day }, kl. { $time }
staff-when-yesterday = i går kl. { $time }
staff-when-day = { $day } kl. { $time }
staff-span-minutes = { $minutes } min.
staff-span-hours = { $hours } t. { $minutes } min.
staff-span-days =
    { $days ->
        [one] 1 dag
       *[other] { $days } dage
    }
staff-span-ahead = om { $span }
staff-span-ago = for { $span } siden

## Det, der skete i samtalen, set af medarbejderen

staff-notice-queued = Borgeren kom i kø.
staff-notice-evening-duty = Borgeren fik at vide, at { $answering } svarer nu.
staff-notice-accepted = { $name } tog samtalen.
staff-notice-transferred = Stillet om til { $to }.
staff-notice-handed-over = Overdraget til { $department }, svar senest { $deadline }.
staff-notice-promise-moved = Fristen er flyttet til { $deadline }. Borgeren har fået besked.
staff-notice-released = Samtalen gik tilbage til sin plads i køen.
staff-notice-ended-by-citizen = Borgeren sluttede.
staff-notice-ended-by-agent = Samtalen blev afsluttet.
staff-notice-abandoned = Borgeren gik, før nogen svarede.
staff-notice-reopened = Samtalen er åbnet igen.
