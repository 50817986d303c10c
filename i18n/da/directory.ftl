### Kontaktoplysningerne og vinduet til at stille om, hentet når de første gang åbnes.

## At finde
dir-search = Søg navn, emne, nummer eller hverdagsord
dir-search-short = Navn, emne eller nummer
dir-search-empty = Tøm søgningen
dir-municipality = Kommune
dir-all = Alle kommuner
dir-choose-municipality = Vælg en kommune, eller søg i dem alle.
dir-choose = Vælg en afdeling, eller søg.
dir-units = Afdelinger
dir-results = Det, der blev fundet
dir-count =
    { $n ->
        [one] 1 fund
       *[other] { $n } fund
    }
dir-none = Ingen passer. Prøv et andet ord, eller et emne som ”pension”.
dir-back = Alle afdelinger
dir-fold = Vis det, der hører under { $name }
dir-because-topic = Svarer på: { $text }
dir-because-skill = Ved noget om: { $text }
dir-main-number = Hovednummer
dir-main-number-not = Ingen stilles om hertil.
dir-copy = Kopiér { $text }
dir-copied = Kopieret: { $text }
dir-not-copied = Browseren gav ikke lov til at kopiere.
dir-and = { " og " }

## Hvad det er
dir-kind = Slags
dir-kind-administration = Forvaltning
dir-kind-department = Afdeling
dir-kind-team = Team
dir-kind-person = Person
dir-kind-line = Nummer
dir-name = Navn
dir-name-en = Navn på engelsk
dir-title = Titel
dir-unit = Afdeling eller team
dir-part-of = Hører under
dir-part-of-nothing = Direkte under kommunen
dir-phone = Telefon
dir-email = E-mail
dir-address = Adresse
dir-hours = Åbningstid
dir-promise = Frist for svar
dir-holder = Hvis nummer
dir-public = Kendt af borgere
dir-login = Brugernavn i Straks
dir-login-none = Logger ikke ind her

## Lige nu
dir-open = Åben
dir-open-until = Åben til { $time }
dir-opens = Åbner { $when }
dir-closed = Lukket
dir-there = Ledig
dir-reachable = Kan nås
dir-busy = Optaget
dir-away = Væk, tilbage { $when }
dir-away-now = Væk
dir-unreachable = Har intet nummer
dir-offline = Ikke logget ind

## Numre
dir-lines = Numre og adgang
dir-lines-none = Ingen numre endnu.
dir-way = Slags nummer
dir-way-telephone = Telefon
dir-way-outside = Anden telefon
dir-way-chat = Chat
dir-way-mail = E-mail
dir-chat-here = Svares på skrivebordet
dir-line-public = borgernes nummer
dir-line-internal = kun for kolleger
dir-line-tell-citizens = Borgerne må kende det
dir-new-line = Nyt nummer
dir-own-hours = Har sin egen åbningstid

## Åbningstid
dir-hours-none = Ingen åbningstid er skrevet.
dir-hours-how = Skriv for eksempel 8–15.30, eller 9–12, 13–17. Tom er lukket.
dir-hours-also = Desuden:

## Ansvar
dir-duties = Ansvar
dir-duties-lead = bestemmer, hvem der stilles om til
dir-duties-none = Ingen emner endnu.
dir-person-no-duties = Ingen emner.
dir-then = derefter
dir-whoever-answers = Den, der svarer i afdelingen
dir-topic = Emne
dir-topics = Emner
dir-topic-find = Søg et emne med hverdagsord
dir-topic-ask = Hvad drejer det sig om?
dir-topic-change = Ret emnet
dir-topic-none = Intet emne passer.
dir-new-duty = Nyt ansvar
dir-who = Hvem
dir-who-lead = Den første er ansvarlig. De næste træder til, når den første er væk. Ingen: afdelingens egen linje.
dir-conditions = For hvilke borgere
dir-conditions-lead = Gælder for alle, hvis der ikke står noget.
dir-is-owner = ansvarlig
dir-stands-in = træder til for { $name }
dir-show-all = Vis alle { $n }
dir-if-age = borgere på { $years } år
dir-if-age-from = borgere fra { $years } år
dir-if-age-to = borgere til og med { $years } år
dir-if-post-code = postnummer { $codes }
dir-if-street =
    { $side ->
        [even] { $place }, lige numre
        [odd] { $place }, ulige numre
       *[both] { $place }
    }
dir-if-number-from = fra nr. { $number }
dir-if-number-to = til nr. { $number }
dir-if-birth-day = født den { $from }.–{ $to }. i måneden
dir-if-birth-day-one = født den { $day }. i måneden
dir-if-said = når svaret er ja: { $question }
dir-if-by-birth-day = Dag i måneden, borgeren er født
dir-if-by-age = Alder
dir-if-by-post-code = Postnummer
dir-if-by-street = Vej
dir-if-by-said = Et spørgsmål
dir-if-question = Spørgsmål med ja eller nej
dir-if-question-example = Er borgeren sygemeldt?
dir-from = Fra
dir-to = Til
dir-street = Vejens navn
dir-side = Numre
dir-side-both = Alle
dir-side-even = Lige
dir-side-odd = Ulige

## Mennesker
dir-people = Mennesker
dir-people-none = Ingen personer er skrevet ind.
dir-people-in-teams = De står under deres team.
dir-people-count =
    { $n ->
        [one] 1 person
       *[other] { $n } personer
    }
dir-now = Lige nu
dir-deputy = Stedfortræder
dir-deputies = Stedfortrædere
dir-deputies-none = Ingen stedfortræder.
dir-deputies-lead = Den øverste spørges først.
dir-stands-in-for = Træder til for
dir-new-person = Ny person
dir-person-find = Søg en person
dir-move-up = Flyt { $name } op
dir-take-off = Tag { $name } af
dir-languages = Sprog
dir-language-da = Dansk
dir-language-en = Engelsk
dir-skills = Ved også noget om
dir-skills-hint = adskil med komma
dir-about = Om personen
dir-source = Kilde
dir-source-of =
    { $source ->
        [scim] Personalesystemet (SCIM)
        [ldap] Kommunens katalog (LDAP)
       *[csv] Indlæst fil
    }
dir-teams = Teams
dir-new-team = Nyt team
dir-new-administration = Ny forvaltning

## Fravær
dir-absence = Fravær
dir-absence-none = Intet fravær er skrevet ind.
dir-absence-span = fra { $from } til { $until }
dir-go-away = Væk
dir-go-away-title = Hvornår er { $name } tilbage?
dir-go-away-back = Tilbage { $when }
dir-go-away-other = Et andet tidspunkt
dir-go-away-from = Væk fra
dir-go-away-until = Tilbage
dir-day = Dag
dir-time = Klokken
dir-is-back = Er tilbage
dir-meanwhile = Imens { $name } er væk, svarer

## Er det rigtigt?
dir-about-entries = Om oplysningerne
dir-fresh = Bekræftet { $day } af { $name }.
dir-entered = Skrevet ind { $day }.
dir-due = Sidst bekræftet { $day }, { $ago }.
dir-due-how-often = Det skal ske hver { $days }. dag.
dir-never-confirmed = Ingen har bekræftet oplysningerne endnu.
dir-reports =
    { $n ->
        [one] Siden er der 1 gang meldt om noget forkert.
       *[other] Siden er der { $n } gange meldt om noget forkert.
    }
dir-decide-first =
    { $n ->
        [one] Tag først stilling til forslaget.
       *[other] Tag først stilling til de { $n } forslag.
    }
dir-confirm = Oplysningerne passer
dir-confirmed = Tak. Oplysningerne er bekræftet.
dir-is-confirmed = Bekræftet
dir-days-old = { $n } d.
dir-last-confirmed-days =
    { $n ->
        [one] Bekræftet for 1 dag siden
       *[other] Bekræftet for { $n } dage siden
    }
dir-share-confirmed = { $count } af { $total } afdelinger er bekræftet inden for { $days } dage.
dir-stale = Trænger til eftersyn
dir-stale-lead = Her bliver borgere let sendt forkert.
dir-stale-none = Alle afdelinger er bekræftet.
dir-not-confirmed = Ikke bekræftet længe
dir-due-here = Skal bekræftes
dir-findings = Det passer ikke sammen
dir-findings-none = Alt hænger sammen.
dir-finding-topic-without-owner = Emner, som ingen svarer på
dir-finding-unit-gone = Noget hører til en enhed, der ikke findes
dir-finding-person-gone = En person, der ikke findes længere, står som ansvarlig, stedfortræder eller på et nummer
dir-finding-no-department = Emner hos et team, der ikke hører til en afdeling
dir-finding-number-taken = Nummeret er også en andens i fællesskabet
dir-finding-deputy-circle = Stedfortrædere i ring: er alle væk, svarer ingen
dir-finding-unit-circle = Enheder, der hører under hinanden
dir-finding-number-twice = Samme nummer hos flere
dir-finding-main-number = Hovednummeret står som en afdelings nummer
dir-finding-unreachable = Afdelinger uden telefon og chat
dir-finding-not-staffed = Åbent, men ingen har telefonvagt

## Fejl og forslag
dir-report = Meld en fejl
dir-report-title = Meld en fejl: { $name }
dir-report-lead = Afdelingens koordinator får det at se og tager stilling.
dir-report-what = Hvad er forkert?
dir-report-stands = Nu står der:
dir-report-right = Det rigtige, hvis du ved det
dir-report-why = Hvordan ved du det?
dir-report-other = Noget andet
dir-report-send = Send til koordinatoren
dir-report-sent = Tak. Koordinatoren har fået besked.
dir-requests-waiting =
    { $n ->
        [one] 1 sag venter
       *[other] { $n } sager venter
    }
dir-request = Forslag til ændring
dir-request-from = Fra { $name }, { $when }
dir-request-about = Om
dir-request-field = Felt
dir-request-now = Nu
dir-request-wanted = Foreslået
dir-request-because = Fordi
dir-accept = Godkend
dir-refuse = Afvis
dir-accepted = Godkendt.
dir-refused = Afvist.
dir-tasks = Venter på dig
dir-tasks-none = Intet venter.
dir-task-misdirected =
    { $n ->
        [one] 1 henvendelse kom forkert hertil
       *[other] { $n } henvendelser kom forkert hertil
    }
dir-task-unanswered =
    { $n ->
        [one] 1 viderestilling blev ikke taget
       *[other] { $n } viderestillinger blev ikke taget
    }
dir-task-last = Senest { $when }
dir-task-owner = Emnet har
dir-task-done = Det er i orden nu
dir-nobody = Ingen

## At rette
dir-edit = Ret
dir-edit-of = Ret { $name }
dir-save = Gem
dir-saved = Gemt.
dir-remove = Fjern
dir-remove-sure = Ja, fjern
dir-department-lead = Det her ser borgerne. Det gælder fra nu af.
dir-by-hand = rettet her
dir-by-hand-why = Kilden siger noget andet. Rettelsen her gælder.
dir-as-imported = Brug kildens

## Historik
dir-history = Historik
dir-history-none = Ingen ændringer endnu.
dir-by-import = importen
dir-was = før
dir-is-now = nu
dir-change-confirmed = { $by } bekræftede alt
dir-change-made = { $by } skrev { $name } ind
dir-change-removed = { $by } fjernede { $name }
dir-change-changed = { $by } rettede { $name }
dir-change-absence = { $by } rettede fravær for { $name }

## Fra en fil
dir-import = Hent fra en fil
dir-import-lead = Se først, hvad filen vil ændre. Det, I har rettet her, bliver stående.
dir-import-file = Fil (CSV)
dir-import-form = Første linje er navnene på kolonnerne. Hent oplysningerne som fil for at se, hvordan den skal se ud.
dir-export = Gem som fil
dir-import-faults =
    { $n ->
        [one] 1 linje kan ikke læses. Intet er ændret.
       *[other] { $n } linjer kan ikke læses. Intet er ændret.
    }
dir-import-line = Linje { $line }
dir-import-held = Filen holdes tilbage.
dir-import-held-why = Den vil fjerne mere end en femtedel af det, der kom sidst. Måske mangler der noget i den.
dir-import-even-if-many = Det er rigtigt, at så meget skal væk
dir-import-same =
    { $n ->
        [one] 1 er som før
       *[other] { $n } er som før
    }
dir-import-added =
    { $n ->
        [one] 1 kommer til
       *[other] { $n } kommer til
    }
dir-import-changed =
    { $n ->
        [one] 1 ændres
       *[other] { $n } ændres
    }
dir-import-removed =
    { $n ->
        [one] 1 fjernes
       *[other] { $n } fjernes
    }
dir-import-more = og { $n } til
dir-import-apply = Gennemfør
dir-import-done = { $name } er indlæst.

## At stille om
dir-transfer-to = Viderestil til { $name }
dir-transfer-find = Søg afdeling eller person
dir-transfer-targets = Modtagere, de bedste først
dir-transfer-none = Ingen modtagere passer. Prøv et andet ord, eller overdrag med frist.
dir-transfer-cannot = Kan ikke vælges nu
dir-transfer-next = Den første kan nås { $when }.
dir-transfer-note = Note til modtageren
dir-transfer-note-hint = følger med samtalen; borgeren ser den ikke
dir-transfer-again =
    { $n ->
        [one] Henvendelsen er allerede stillet om 1 gang.
       *[other] Henvendelsen er allerede stillet om { $n } gange.
    } Overvej en overdragelse i stedet.
dir-transfer-closed-do = Der er lukket nu. Overdrag med en frist, så får borgeren besked om, hvornår svaret kommer.
dir-target-owner = Ansvarlig for emnet
dir-target-deputy = Stedfortræder for { $name }
dir-target-unit = Afdelingen, der har emnet
dir-target-busy =
    { $n ->
        [one] Optaget, 1 venter
       *[other] Optaget, { $n } venter
    }
dir-target-refused = Kan ikke vælges
dir-refused-main-number = Et hovednummer kan ikke få en viderestilling. Vælg en afdeling eller en person.
dir-refused-transfer-limit = Henvendelsen er stillet om tre gange. Behold den, og overdrag med frist.
dir-refused-only-by-telephone = Svarer kun i telefonen, { $number }.
dir-why-given = { $name } har emnet.
dir-why-given-for-such = { $name } har emnet for borgere som denne.
dir-why-usual = { $name } plejer at have emnet.
dir-why-nobody = Ingen har emnet. Borgerservice finder ud af det.
dir-why-owner-away = { $name } er væk til { $when }.
dir-why-owner-away-now = { $name } er væk.
dir-why-covered = Stedfortræderen tager den.
dir-why-all-closed = Ingen, der har emnet, kan nås lige nu.
dir-ask-lead = Spørg borgeren, så kommer henvendelsen det rigtige sted hen
dir-ask-age = Hvor gammel er borgeren?
dir-ask-post-code = Hvilket postnummer bor borgeren i?
dir-ask-address = Hvilken vej bor borgeren på?
dir-house-number = Husnummer
dir-ask-birth-day = Hvilken dag i måneden er borgeren født?
dir-yes = Ja
dir-no = Nej
