### The knowledge workshop: what editors and reviewers see.
workshop-title = Vidensværksted

## Texts, tasks and the editor (ws-)
ws-tabs = Værkstedets faner
ws-tab-texts = Tekster
ws-tab-tasks = Opgaver
ws-tab-guides = Spørgeguider
ws-tab-areas = Områder
ws-tab-bulk = Ret overalt
ws-tab-words = Ord i søgningen
ws-tab-improvements = Forbedringer
ws-tab-imports = Ind og ud
ws-loading = Henter …
ws-not-loaded = Siden kunne ikke hentes. Prøv igen om lidt.
ws-removes = Når kladden udgives, forsvinder teksten for borgerne.
ws-variants = Lokale varianter
ws-what-expired = Udløbet
ws-what-removed = Fjernet
ws-why-master-gone = Den fælles tekst er fjernet. Varianten vises ikke længere.
ws-why-master-changed = Den fælles tekst er ændret i en del, som kommunen selv har skrevet.
ws-why-review-overdue = Teksten skulle have været gennemgået.
ws-why-review-soon = Teksten skal snart gennemgås.
ws-why-check-failed = Kladden kunne ikke udgives til tiden. Tjekket fandt fejl.
ws-why-bulk-outdated = Rettelsen { $query } bliver ikke udgivet, når tiden kommer, fordi en tekst er ændret. Se den igennem igen.
ws-again = Prøv igen
ws-cancel = Fortryd
ws-close = Luk
ws-choose = Vælg …
ws-make = Opret
ws-none = Ingen
ws-common = Fælles
ws-common-text = Den fælles tekst
ws-version = Version { $version }
ws-overdue = Frist overskredet
ws-error = Fejl
ws-warning = Advarsel
ws-citizen = Borger
ws-agent = Medarbejder
ws-to-list = Til listen
ws-texts = Tekster
ws-search-texts = Find en tekst på titel eller emne
ws-all-areas = Alle områder
ws-common-and-own = Fælles og egne
ws-all-texts = Fælles og alle lokale
ws-common-only = Kun fælles
ws-whose = Hvis tekst
ws-ours = Kun { $municipality }
ws-states = Vis kun
ws-state = Stand
ws-state-draft = Kladder
ws-state-review = Til godkendelse
ws-state-stale = Forældede varianter
ws-state-overdue = Skal gennemgås
ws-state-english = Mangler engelsk
ws-state-expiring = Udløber
ws-state-removed = Fjernede
ws-tag-stale = Forældet
ws-tag-removes = Fjernes
ws-tag-english = Engelsk mangler
ws-tag-expires = Udløber { $when }
ws-count =
    { $n ->
        [one] 1 tekst
       *[other] { $n } tekster
    }
ws-none-found = Ingen tekster passer på det, du har valgt.
ws-new-article = Ny artikel
ws-new-article-why = En artikel er fælles for alle kommuner. Hver kommune kan siden lægge sit eget til.
ws-new-variant = Ny lokal variant
ws-new-variant-why = En lokal variant erstatter eller tilføjer enkelte dele. Resten følger den fælles tekst.
ws-kind = Slags
ws-kind-article = Artikel
ws-kind-referral = Henvisning
ws-kind-guide = Spørgeguide
ws-kind-variant = Lokal variant
ws-kind-branches = Lokale grene
ws-untitled = Uden titel
ws-phase-editing = Kladde
ws-phase-in-review = Til godkendelse
ws-phase-approved = Godkendt
ws-phase-scheduled = Udgives senere
ws-master-line = Fælles version { $version }, ejes af { $municipality }
ws-variant-line = lokal version { $version }
ws-variant-none = { $municipality } har ingen udgivet variant endnu
ws-draft-by = kladde af { $name }
ws-unchanged = Ingen ændringer
ws-unsaved = Ikke gemt endnu
ws-saving = Gemmer …
ws-saved-at = Gemt kl. { $time }
ws-offline = Ingen forbindelse. Din tekst ligger på denne computer og gemmes, når forbindelsen er tilbage.
ws-not-saved = Kladden blev ikke gemt.
ws-kept-here = Din tekst ligger på denne computer.
ws-not-saved-yet = Kladden er ikke gemt endnu. Vent på forbindelsen, og prøv igen.
ws-changed-meanwhile = Teksten er ændret imens. Se den igennem, og tryk igen.
ws-recovered = Vi har taget den tekst med, som lå på denne computer og ikke nåede at blive gemt.
ws-scheduled-for = Udgives { $when }
ws-see-as-citizen = Se som: { $municipality }, borger
ws-see-as-agent = Se som: { $municipality }, medarbejder
ws-versions = Versioner
ws-save = Gem kladde
ws-drop = Kassér kladde
ws-drop-why = Kladden forsvinder for alle, der arbejder i den. Den udgivne tekst bliver stående.
ws-submit = Send til godkendelse
ws-submit-variant = Send variant til godkendelse
ws-submit-why = En anden læser teksten og godkender den, før borgerne ser den.
ws-approve = Godkend
ws-approve-why = Du siger god for teksten. Den kan derefter udgives.
ws-return = Returnér
ws-return-why = Kladden går tilbage til den, der skrev den.
ws-take-home = Ret i teksten igen
ws-publish-now = Udgiv nu
ws-publish-at = Udgiv den …
ws-publish-why = Teksten bliver den fælles tekst for alle kommuner med det samme. Kommuner, der selv har skrevet en af de ændrede dele, får en opgave.
ws-publish-why-local = Kommunens borgere ser teksten med det samme.
ws-schedule-why = Teksten udgives af sig selv på det tidspunkt, du vælger.
ws-reviewer = Hvem skal godkende
ws-reviewer-any = En af dem, der kan
ws-note = Besked (valgfri)
ws-note-return = Hvad skal rettes
ws-note-said = Besked:
ws-day = Dag
ws-time = Klokken
ws-expires = Udløber (valgfri)
ws-expires-why = Fra den dag ser borgerne ikke teksten længere.
ws-done-submit = Sendt til godkendelse.
ws-done-approve = Godkendt.
ws-done-return = Sendt tilbage.
ws-done-publish = Udgivet. Borgerne ser teksten nu.
ws-done-schedule = Udgives { $when }.
ws-done-drop = Kladden er kasseret.
ws-done-restore = Version { $version } er hentet frem som kladde.
ws-done-take-back = Fortrudt. Teksten står, som den gjorde før.
ws-take-back-restore = Fortryd
ws-done-remove = Teksten er fjernet. Borgerne ser den ikke længere.
ws-here = { $names } har også teksten åben.
ws-taken = Rettelser fra { $name } kl. { $time } er hentet.
ws-taken-published = Teksten blev udgivet kl. { $time }. Det, du skriver, er en ny kladde til den.
ws-taken-elsewhere = Rettelser fra et andet sted kl. { $time } er hentet.
ws-imported = Teksten er hentet fra { $from } og kan ikke rettes her. Du kan skrive en lokal note i en variant.
ws-stale =
    { $n ->
        [one] Den fælles tekst er ændret. Din tekst ”{ $parts }” bygger på version { $version }.
       *[other] Den fælles tekst er ændret. { $n } af dine dele bygger på version { $version }: { $parts }.
    }
ws-stale-why = Borgerne i { $municipality } ser ikke en blanding af ny og gammel tekst. Tag stilling del for del.
ws-stale-go = Gå til stedet
ws-conflict = { $name } har også rettet i teksten
ws-conflict-why = { $name } gemte { $when }, mens du skrev. Begge tekster står her. Vælg, hvad der skal stå, del for del.
ws-conflict-ended = Teksten er ændret, mens du skrev
ws-conflict-ended-why = Kladden blev udgivet eller kasseret, mens du skrev. Her står din tekst og den, der gælder nu. Vælg, hvad der skal stå, del for del.
ws-conflict-own = Teksten er også rettet et andet sted
ws-conflict-own-why = Den blev gemt { $when } fra et andet vindue eller med en samlet rettelse. Begge tekster står her. Vælg, hvad der skal stå, del for del.
ws-conflict-rest = Det, som kun er rettet det ene sted, er allerede føjet sammen.
ws-conflict-kept = Intet er gået tabt. Din tekst ligger på denne computer, til du har valgt.
ws-conflict-show = Se begge tekster
ws-conflict-go = Gem mine valg
ws-conflict-later = Vælg senere
ws-mine = Min tekst
ws-theirs = Tekst fra { $name }
ws-theirs-standing = Teksten, som den er nu
ws-theirs-own = Tekst rettet et andet sted
ws-nothing-there = (ingenting)
ws-no-text = Der er ingen tekst endnu.
ws-master-gone = Den fælles tekst findes ikke længere. Varianten vises ikke for nogen. Fjern den, eller vent, til den fælles tekst står igen.
ws-text = Teksten
ws-beside = Om teksten
ws-common-of = Fælles for { $n } kommuner
ws-common-read-only = skrivebeskyttet her
ws-variant-of = Variant for { $municipality }
ws-own-variant = Variant for { $municipality }
ws-variant-begin = Begynd en variant for { $municipality }
ws-remove-text = Fjern teksten …
ws-remove-title = Fjern ”{ $title }”?
ws-remove-when = Der sker ikke noget endnu. Du får en kladde, og teksten forsvinder først, når du udgiver den.
ws-remove-when-approved = Der sker ikke noget endnu. Du får en kladde, som en anden skal godkende, før teksten forsvinder.
ws-remove-citizens = Borgerne
ws-remove-old = Søgningen finder ikke længere teksten. Den, der kommer ad et gammelt link eller bogmærke, får at vide, at siden ikke findes, og kan søge videre derfra.
ws-remove-falls-back = Borgerne i { $municipality } ser den fælles tekst i stedet, på samme adresse.
ws-remove-links = Links hertil
ws-remove-links-why = I andre tekster bliver linket til almindelige ord. Tjekket beder den næste, der retter i dem, om at fjerne det.
ws-remove-no-variants = Ingen kommune har sin egen tekst her.
ws-remove-variants =
    { $n ->
        [one] 1 kommune har sin egen tekst her. Den vises heller ikke længere, og kommunen får en opgave:
       *[other] { $n } kommuner har deres egen tekst her. De vises heller ikke længere, og kommunerne får hver en opgave:
    }
ws-remove-begin = Begynd at fjerne teksten
ws-remove-now = Fjern teksten nu
ws-remove-at = Fjern den …
ws-remove-why = Borgerne ser ikke længere teksten, så snart du trykker.
ws-remove-at-why = Teksten forsvinder af sig selv på det tidspunkt, du vælger.
ws-local-count =
    { $n ->
        [one] 1 del er lokal
       *[other] { $n } dele er lokale
    }
ws-as-common = Som fælles
ws-as-common-low = som fælles
ws-replaces = Erstatter
ws-replaces-stale = Erstatter · forældet
ws-adds = Tilføjer
ws-none-local = Intet lokalt
ws-changed-since = ændret siden version { $version }
ws-filled-locally = Udfyldes lokalt
ws-settle-common = Brug den fælles tekst
ws-settle-keep = Behold min, den er rigtig
ws-settle-edit = Ret min
ws-use-common = Brug den fælles tekst
ws-replace = Skriv en lokal tekst
ws-replace-part = Skriv en lokal tekst i stedet for ”{ $name }”
ws-take-back = Hent min tekst tilbage
ws-part-gone = Delen findes ikke længere i den fælles tekst.
ws-part-new = Ny del
ws-part-local = Lokalt
ws-part-add = Tilføj en del
ws-part-add-local = Tilføj en lokal del
ws-part-heading = Delens overskrift
ws-part-id-why = Delens navn i adresser og varianter. Det ændres ikke.
ws-part-removed = Delen ”{ $name }” er fjernet.
ws-part-put-back = Sæt ”{ $name }” tilbage
ws-part-moved = ”{ $name }” er nu nummer { $n }.
ws-removed-on = Fjernet { $when }
ws-removed-by = Fjernet { $when } af { $name }
ws-expired-on = Udløb { $when }
ws-bring-back = Hent tilbage
ws-bring-back-of = Hent tilbage: { $title }
ws-removed-why = En fjernet tekst kommer tilbage som kladde. Borgerne ser den først, når den er udgivet igen.
ws-brought-back = Teksten er hentet tilbage som kladde.
ws-removed-none = Der er ingen fjernede tekster her, som du kan hente tilbage.
ws-remove-part = Fjern delen
ws-remove-part-named = Fjern delen { $name }
ws-remove = Fjern { $name }
ws-move-up = Flyt { $name } op
ws-move-down = Flyt { $name } ned
ws-self-own = Sæt et lokalt link
ws-s-answer = Svaret
ws-s-parts = Dele
ws-s-lead = Videre herfra
ws-s-words = Hverdagsord
ws-s-english = På engelsk
ws-s-about = Om artiklen
ws-f-title = Titel
ws-f-title-en = Titel på engelsk
ws-f-summary = Kort svar
ws-f-summary-en = Hele artiklen kort på engelsk
ws-f-facts = Nøgletal og fakta
ws-f-facts-local = Lokale oplysninger
ws-f-self-service = Selvbetjening
ws-f-authority = Myndighed
ws-f-authority-phone = Telefon
ws-f-related = Beslægtede emner
ws-f-rules = Regler
ws-f-words = Hverdagsord
ws-f-words-en = Hverdagsord på engelsk
ws-f-words-local = Lokale hverdagsord
ws-f-competence = Hvem kan svare
ws-f-owner = Ejes af
ws-f-department = Afdeling
ws-f-area = Område
ws-f-reviewed = Sidst gennemgået
ws-f-review = Næste gennemgang
ws-f-figures-year = Tallenes år
ws-f-urgent = Det haster altid for borgeren
ws-words-why = Skriv de ord, borgerne selv bruger. Søgningen finder teksten på dem.
ws-one-a-line = Ét på hver linje
ws-related-help = Emnets navn i adressen, ét på hver linje
ws-missing-english = Engelsk mangler
ws-fact-row = Række { $n }
ws-fact-label = Hvad
ws-fact-value = Svar
ws-fact-note = Gælder for (valgfri)
ws-fact-add = Tilføj en række
ws-key-ctrl = Ctrl+
ws-key-shift = Skift+
ws-bar = Formatering
ws-bar-for = Formatering af { $part }
ws-bar-bold = Fed
ws-bar-italic = Kursiv
ws-bar-link = Link
ws-bar-heading = Mellemrubrik
ws-bar-bullets = Punktliste
ws-bar-numbers = Nummereret liste
ws-bar-indent = Ryk ind
ws-bar-outdent = Ryk ud
ws-bar-quote = Fremhævet
ws-bar-table = Indsæt tabel
ws-bar-row-add = Ny række under
ws-bar-row-remove = Fjern rækken
ws-bar-column-add = Ny kolonne efter
ws-bar-column-remove = Fjern kolonnen
ws-bar-undo = Fortryd
ws-bar-redo = Gentag
ws-paste-too-big = Det var for meget på én gang: en del kan højst fylde 32.000 tegn. Din tekst står, som den var. Sæt mindre ind ad gangen.
ws-paste-no-room = Det var for meget på én gang. Feltet har plads til { $n } tegn mere, og intet er sat ind.
ws-paste-nothing = Der var ingen tekst i det, du satte ind. Billeder kan ikke stå i en artikel.
ws-link-title = Link
ws-link-search = Find en tekst i vidensbasen
ws-link-address = Adresse
ws-link-help = Begynder med https:// eller topic: og et emne herfra.
ws-link-words = Ord, der skal være link
ws-link-put = Sæt link
ws-link-remove = Fjern link
ws-link-label = Linkets ord
ws-link-url = Webadresse
ws-plain = Klart sprog
ws-lix-goal = mål: højst { $goal }
ws-nobody = Ingen bestemt
ws-lix-good = let at læse
ws-plain-good = Vi har ingen forslag til sproget.
ws-plain-later = Forslag vises, når du har skrevet noget.
ws-write = Skriv:
ws-use = Brug
ws-use-for = Brug ”{ $to }” i stedet for ”{ $from }”
ws-hint-gone = Ordene står der ikke længere. Forslagene er nye, når teksten er gemt.
ws-more = Vis { $n } mere
ws-check = Tjek
ws-check-good = Intet at rette.
ws-check-later = Teksten tjekkes, når der er en kladde.
ws-check-blocks =
    { $n ->
        [one] 1 fejl skal rettes, før teksten kan sendes videre.
       *[other] { $n } fejl skal rettes, før teksten kan sendes videre.
    }
ws-review = Gennemgang
ws-review-last = Sidst
ws-review-next = Næste
ws-review-owner = Ejer
ws-review-by = Godkendes af
ws-review-overdue = Teksten skulle have været gennemgået den { $day }.
ws-review-soon = Teksten skal gennemgås senest den { $day }.
ws-review-done = Jeg har gennemgået den
ws-done-reviewed = Sat som gennemgået i dag. Næste gennemgang er { $day }. Det gælder, når kladden er udgivet.
ws-others = Andre varianter
ws-follows = følger { $version }
ws-builds-on = bygger på { $version }
ws-preview = Se som
ws-preview-in = I
ws-preview-as = Som
ws-preview-frame = Siden, som borgeren vil se den
ws-versions-none = Teksten har ingen versioner endnu.
ws-kept-texts = Tekster, der ikke kom med
ws-kept-texts-why = De kom for sent eller blev valgt fra. Her står det, der er anderledes end i kladden. De gemmes i 90 dage.
ws-version-only = Der er kun denne ene version endnu.
ws-by-import = Indlæst
ws-compare = Sammenlign
ws-compare-from = Sammenlign fra version { $version }
ws-restore = Hent frem
ws-restore-of = Hent frem: version { $version }
ws-from = Fra
ws-to = Til
ws-the-draft = Kladden
ws-unchanged-too = Vis også det uændrede
ws-diff = Forskelle
ws-diff-none = De to er ens.
ws-diff-added = tilføjet:
ws-diff-removed = fjernet:
ws-tasks-intro = Det, der skal gøres ved teksterne, og hvem der gør det.
ws-tasks-which = Vis
ws-tasks-mine = Mine opgaver
ws-tasks-review = Godkendelse og gennemgang
ws-tasks-stale = Forældede varianter
ws-tasks-all = Alle
ws-tasks-none = Her er ingen opgaver.
ws-tasks-open =
    { $n ->
        [one] 1 åben opgave
       *[other] { $n } åbne opgaver
    }
ws-tasks-count =
    { $n ->
        [one] 1 opgave
       *[other] { $n } opgaver
    }
ws-task-due = Frist
ws-task-owner = Hos { $name }
ws-task-nobody = Ingen har den endnu
ws-task-take = Tag den
ws-task-take-it = Tag den: { $title }
ws-task-done = Færdig
ws-task-done-it = Færdig: { $title }
ws-task-drop = Gør ikke mere ved det
ws-task-drop-it = Gør ikke mere ved det: { $title }
ws-task-stale-variant = Forældet variant
ws-task-stale-variant-why = Den fælles tekst er ændret i en del, som kommunen selv har skrevet.
ws-task-review-due = Gennemgang
ws-task-review-due-why = Teksten skal gennemgås.
ws-task-approval = Godkendelse
ws-task-approval-why = En kladde venter på at blive godkendt.
ws-approval-rule = Godkendelse i { $municipality }
ws-approval-asked = En anden person godkender tekster, før de udgives
ws-approval-saved = Gemt
ws-approval-is-asked = En anden person godkender teksterne, før de udgives. Kommunens administrator bestemmer det.
ws-approval-not-asked = Tekster udgives uden godkendelse af en anden. Kommunens administrator bestemmer det.
ws-task-broken-link = Link virker ikke
ws-task-broken-link-why = Et link i teksten virker ikke længere.
ws-task-number = Telefonnummer
ws-task-number-why = Et telefonnummer i teksten står ikke i telefonbogen.
ws-task-guide-half-way = Guide, mange forlader
ws-task-guide-half-way-why = Mange stopper midt i guiden.
ws-task-not-found = Ikke fundet
ws-task-not-found-why = Borgerne søger efter noget, de ikke finder.
ws-task-missing-english = Engelsk mangler
ws-task-missing-english-why = Titel eller kort svar mangler på engelsk.
ws-task-expiring = Udløber
ws-task-expiring-why = Teksten udløber snart.
ws-task-bulk-refused = Ret overalt: stoppet
ws-task-bulk-refused-why = Rettelsen { $query } blev ikke udgivet, fordi en tekst er ændret i mellemtiden. Se den igennem igen.

## Improvement loop: what citizens looked for and did not find
imp-intro = Det, borgerne har søgt efter uden at finde det, samlet efter hvad de mente. Listen bliver ført ajour hver time.
imp-refresh = Før ajour nu
imp-refreshed =
    { $searches ->
        [0] Der var ingen nye søgninger at tælle med.
        [one] 1 ny søgning er talt med.
       *[other] { $searches } nye søgninger er talt med.
    } { $made ->
        [0] { "" }
        [one] 1 nyt punkt på listen.
       *[other] { $made } nye punkter på listen.
    }
imp-searches = Søgninger i de sidste 8 uger
imp-found-share = Heraf fundet
imp-not-kept = Søgninger, vi ikke har gemt
imp-which = Vis
imp-state-open = Nye
imp-state-doing = I gang
imp-state-done = Færdige
imp-state-declined = Afvist
imp-municipality = Kommune
imp-all-municipalities = Alle
imp-area = Område
imp-all-areas = Alle
imp-mine = Kun mine
imp-none = Her er ingen punkter.
imp-count =
    { $n ->
        [one] 1 punkt
       *[other] { $n } punkter
    }
imp-choose = Vælg et punkt på listen.
imp-failed =
    { $n ->
        [one] 1 søgning fandt ikke svar
       *[other] { $n } søgninger fandt ikke svar
    }
imp-left =
    { $n ->
        [one] 1 gik herfra
       *[other] { $n } gik herfra
    }
imp-failed-of = { $n } af { $all } søgninger fandt ikke svar
imp-left-of = { $n } af { $all } gik herfra
imp-of-staff = Søgt af kolleger
imp-unknown-area = Intet emne i nærheden
imp-overdue = Fristen er gået
imp-due = Frist
imp-owner = Hos
imp-nobody = Ingen
imp-back = Til listen
imp-zero = Ingen hits
imp-reformulated = Søgte igen med andre ord
imp-contacts = Spurgte en medarbejder bagefter
imp-not-helped = Siden hjalp ikke
imp-guide-asked = Fik spørgsmålet
imp-guide-left = Gik uden at svare
imp-trend = Uge for uge
imp-trend-said = Mislykkede søgninger i de sidste 8 uger, ældste først: { $weeks }
imp-phrases = Det skrev de
imp-phrase-times =
    { $n ->
        [one] 1 gang
       *[other] { $n } gange
    }
imp-hidden =
    { $n ->
        [one] 1 formulering vises ikke, fordi for få har skrevet den.
       *[other] { $n } formuleringer vises ikke, fordi for få har skrevet dem.
    }
imp-suggested = Forslag
imp-synonym = Gør “{ $from }” til et andet ord for “{ $to }”
imp-synonym-why =
    { $times ->
        [one] 1, der søgte igen, endte på “{ $title }”.
       *[other] { $times }, der søgte igen, endte på “{ $title }”.
    }
imp-synonym-do = Opret synonym som kladde
imp-synonym-see = Se synonymer
imp-article = Skriv en ny artikel: “{ $title }”
imp-article-why = Intet svarer på det i dag. Kladden begynder med det, borgerne spurgte om.
imp-article-do = Start en kladde
imp-article-near = Nærmest i dag
imp-article-department = Afdeling: { $department }
imp-part = Tilføj det, der mangler, i “{ $title }”
imp-part-why =
    { $times ->
        [one] 1 læste siden og måtte spørge alligevel.
       *[other] { $times } læste siden og måtte spørge alligevel.
    }
imp-part-do = Åbn teksten
imp-guide = Gør spørgsmålet “{ $question }” lettere at svare på
imp-guide-why = Mange forlader guiden netop her.
imp-guide-do = Åbn guiden
imp-taken = Taget op
imp-rate = Fandt svar
imp-rate-guide = Svarede og gik videre
imp-before = Før
imp-after = Efter
imp-so-far = Indtil nu
imp-rate-said = { $share } % (mellem { $low } og { $high } %), { $found } af { $n }
imp-rate-none = Ingen søgninger endnu
imp-rate-wait = Efter-tallet kommer, når punktet er færdigt og nogen har søgt igen.
imp-rate-pale = De lyse felter viser, hvor sikkert tallet er.
imp-better = Det er blevet bedre, og det skyldes næppe tilfældigheder.
imp-not-sure = Forskellen kan endnu være tilfældig.
imp-start = Gå i gang
imp-finish = Færdig
imp-decline = Afvis
imp-reopen = Åbn igen
imp-note = Bemærkning
imp-save-note = Gem bemærkning
imp-saved = Gemt
imp-done-on = Færdig { $day }
imp-privacy-title = Hvad der gemmes
imp-privacy = Kun ord, uden cpr-numre, telefonnumre, e-mail, adresser og navne med stort begyndelsesbogstav. Et navn skrevet med småt kan ikke kendes fra andre ord. Er der tvivl, bliver hele søgningen smidt væk og kun talt. Hvem der søgte, glemmes inden for et døgn. Et ukendt ord vises først, når mindst 3 forskellige har skrevet det. Tallene slettes efter 13 måneder.
imp-task-not-found = “{ $query }”: { $count } søgninger fandt ikke svar.
imp-task-guide = Mange går ved “{ $query }”.

## The checks on save (check-)
check-missing = Feltet er tomt.
check-missing-english = Mangler på engelsk. Borgere, der læser engelsk, ser den danske tekst.
check-summary-long = Kort svar har { $length } tegn. Der er plads til { $limit }.
check-text-too-big = Teksten fylder { $size } KB og er ikke læst igennem. Der er plads til { $limit } KB i alt.
check-too-big = Feltet fylder { $size } KB og er ikke læst igennem. Der er plads til { $limit } KB.
check-too-long-to-show = Delen fylder { $size } KB. Borgerne ser kun de første { $limit } KB. Del den op.
check-bomb =
    { $what ->
        [emphasis] Teksten har { $count } tegn for fed og kursiv. Den er ikke læst igennem; { $limit } er det meste.
        [links] Teksten har { $count } links. Den er ikke læst igennem; { $limit } er det meste.
        [table] Teksten har { $count } tabelstreger. Den er ikke læst igennem; { $limit } er det meste.
        [quotes] Teksten har { $count } citattegn. Den er ikke læst igennem; { $limit } er det meste.
       *[code] Teksten har { $count } kodetegn. Den er ikke læst igennem; { $limit } er det meste.
    }
check-deep = Lister og citater ligger i mere end { $limit } lag. Gør det fladere.
check-script = Her står et script. Det kan ikke stå i en tekst.
check-style = Her står en style-blok. Udseendet bestemmer siden.
check-svg = Her står en SVG-tegning. Tegninger kan ikke stå i en tekst.
check-raw-html = Her står HTML. Skriv det som almindelig tekst.
check-line-break = Feltet kan kun have én linje.
check-dangerous-link = Linket kører et program eller skjuler en fil i stedet for at vise en side. Brug en adresse, der begynder med https://.
check-not-https = Adressen skal begynde med https:// og være en hel adresse.
check-link-disguised = Adressen skjuler, hvor den fører hen: det før @ er ikke siden.
check-link-encoded = Adressen er skrevet med koder (xn--). Se efter, at det er den rigtige side.
check-host-letters = Adressen { $host } har bogstaver, der ligner andre. Den fører et andet sted hen end { $latin }.
check-link-nameless = Linket har ingen ord.
check-link-vague = Ordene siger ikke, hvor linket fører hen. Skriv sidens navn.
check-link-address = Skriv sidens navn i stedet for adressen.
check-link-to-itself = Linket fører til teksten selv.
check-unknown-topic = Der er intet emne, der hedder { $topic }.
check-expired-topic = Emnet { $topic } er udløbet. Borgerne kan ikke åbne det.
check-no-alt = Billedet mangler en tekst til dem, der ikke kan se det.
check-image = Billeder vises ikke; borgerne læser kun billedets tekst.
check-direction-mark = Et usynligt tegn ({ $mark }) vender skriften, så der står noget andet, end man ser.
check-hidden-mark = Her er et usynligt tegn ({ $mark }). Fjern det.
check-mixed-letters = Ordet har bogstaver fra flere alfabeter, der ligner hinanden. Skriv det igen med almindelige bogstaver.
check-foreign-letters = Alle bogstaver i ordet er fra et andet alfabet og ligner vores. Skriv det igen, hvis det er dansk.
check-unknown-number = { $number } står hverken i telefonbogen eller på listen over landsdækkende numre.
check-main-number = { $number } er hovednummeret i { $whose }. Skriv afdelingens nummer.
check-local-number = { $number } er et nummer i { $whose }. Den fælles tekst nævner ingen kommunes nummer.
check-foreign-number = { $number } er et nummer i { $whose }, ikke her.
check-figures-old = Tallene er fra { $year }. Se efter, om de gælder i { $now }.
check-figures-undated = Der er beløb i teksten, men ikke hvilket år de gælder.
check-year-wrong = { $year } er ikke et år, tal kan gælde for nu.
check-part-id = Delens navn skal være små bogstaver, tal og bindestreg.
check-part-twice = To dele hedder { $part }.
check-part-empty = Delen er tom.
check-todo-first = Den første del siger, hvad man skal gøre. Den hedder todo.
check-no-parts = Teksten har ingen dele.
check-nothing-local = Varianten siger ikke noget selv.
check-fact-empty = Rækken mangler navn eller indhold.
check-word-twice = Ordet er tomt eller står der to gange.
check-heading-high = Overskriften er for stor. Delens egen overskrift står over den.
check-heading-skips = Overskriften springer et niveau over.
check-code-block = Vises som programkode. Er det meningen?
check-doubled-word = ”{ $word }” står to gange i træk.
check-lix = Lix { $lix }: { $words } ord i hver sætning, { $long } % lange ord.
check-long-sentence = Sætningen har { $words } ord. Del den i to.
check-passive = Hvem gør det? Skriv, hvem der gør hvad.
check-officialese = Skriv hellere ”{ $better }”.

## Knowledge areas (area-)
area-intro = Hvem der holder teksterne ved lige, hvordan det går, og hvilke kommuner der ser dem.
area-count-texts =
    { $articles ->
        [one] 1 artikel
       *[other] { $articles } artikler
    }, { $guides ->
        [one] 1 guide
       *[other] { $guides } guider
    }
area-choose = Vælg et område på listen.
area-back = Til listen
area-editors = Redaktører
area-reviewers = Godkender
area-nobody = Ingen endnu
area-open-all = Åben for alle { $n } kommuner
area-open-some = Åben for { $n } af { $all } kommuner
area-open-none = Ikke åben for nogen endnu
area-open-to = Åben for
area-open-why = Borgerne i en kommune, der ikke er valgt, ser hverken områdets emner, guider eller dem i søgningen.
area-health = Sådan går det
area-health-since = Tal siden { $day }
area-overdue = Skal gennemgås
area-stale = Forældede varianter
area-failed-searches = Søgninger uden svar
area-not-helped = ”Hjalp ikke”
area-contacts = Henvendelser alligevel
area-half-way = Guider forladt midtvejs
area-see = Se { $n } under { $what }
area-all-well = Intet at følge op på.
area-due = Frist { $day }
area-of-node = ved ”{ $node }”
area-times =
    { $n ->
        [one] 1 gang
       *[other] { $n } gange
    }
area-settings = Navn, mennesker og kommuner
area-name = Navn
area-name-en = Navn på engelsk
area-save = Gem
area-saved = Gemt.
area-unsaved = Ændringerne er ikke gemt.
area-only-consortium = Kun administratoren for fællesskabet kan ændre det.

## Bulk rule change (bulk-)
bulk-intro = Ret et tal eller et ord i alle de tekster, der bruger det. Du ser hver tekst først.
bulk-new = Ny rettelse
bulk-find = Find
bulk-find-why = Tal findes kun som hele tal: 1.234 findes ikke i 11.234.
bulk-replace = Skriv i stedet
bulk-whole-word = Kun hele ord
bulk-local = Også i kommunernes egne tekster
bulk-where = Hvor i teksterne
bulk-field-titles = Titler og overskrifter
bulk-field-summary = Kort svar
bulk-field-facts = Nøgletal og fakta
bulk-field-parts = Artiklens dele
bulk-field-nodes = Guidernes spørgsmål og svar
bulk-field-words = Hverdagsord
bulk-areas = Emneområder
bulk-areas-all = Alle områder
bulk-preview = Se, hvad der ændres
bulk-earlier = Rettelser
bulk-none = Der er ingen rettelser endnu.
bulk-texts =
    { $n ->
        [one] 1 tekst
       *[other] { $n } tekster
    }
bulk-waits = Venter på dig
bulk-some-changed =
    { $n ->
        [one] 1 tekst er ændret siden
       *[other] { $n } tekster er ændret siden
    }
bulk-phase-preview = Under gennemsyn
bulk-phase-in-review = Til godkendelse
bulk-phase-approved = Godkendt
bulk-phase-scheduled = Udgives { $when }
bulk-phase-published = Udgivet { $when }
bulk-phase-cancelled = Opgivet
bulk-by = af { $name }, { $when }
bulk-back = Til listen
bulk-change = ”{ $find }” bliver til ”{ $replace }”
bulk-sum = { $places ->
        [one] 1 sted
       *[other] { $places } steder
    } i { $texts ->
        [one] 1 tekst
       *[other] { $texts } tekster
    }
bulk-out-of-reach =
    { $n ->
        [one] 1 tekst mere har ordet, men er ikke din at ændre.
       *[other] { $n } tekster mere har ordet, men er ikke dine at ændre.
    }
bulk-common = Fælles tekst
bulk-take = Tag ”{ $title }” med
bulk-take-place = Ret her
bulk-left-out = Taget fra
bulk-text-changed = Teksten er ændret, siden rettelsen blev set igennem. Intet udgives, før den er set igen.
bulk-changed-note = Teksterne er ikke, som da rettelsen blev set igennem. Intet er udgivet.
bulk-renew = Se igennem igen
bulk-faulty = Rettelsen giver en fejl her:
bulk-needs-approval = Skal godkendes
bulk-approved-by = Godkendt af { $name }
bulk-field-title = Titel
bulk-field-title-en = Titel på engelsk
bulk-field-one-summary = Kort svar
bulk-field-summary-en = Kort svar på engelsk
bulk-field-heading = Overskrift
bulk-field-self-service = Selvbetjening
bulk-field-choice = Svarmulighed
bulk-field-link = Link
bulk-submit = Send til godkendelse
bulk-make-ready = Gør klar
bulk-approve = Godkend
bulk-approve-why = Du godkender de tekster, du er godkender for.
bulk-publish-now = Udgiv nu
bulk-publish-at = Udgiv på et tidspunkt
bulk-day = Dag
bulk-time = Klokken
bulk-schedule = Udgiv da
bulk-cancel = Opgiv
bulk-all-or-nothing = Alle tekster udgives på én gang, eller ingen af dem.
bulk-done-submit = Sendt videre.
bulk-done-approve = Godkendt.
bulk-done-publish = Udgivet. Borgerne ser det nu.
bulk-done-schedule = Udgives { $when }.
bulk-done-cancel = Opgivet. Intet er ændret.
bulk-done-renew = Set igennem igen med teksterne, som de er nu.

## Question guides (gd-)
gd-list = Spørgeguider
gd-list-lead = Ét træ for borger og medarbejder. Hver kommune kan hænge sine egne grene på.
gd-new = Ny guide
gd-new-title = Hvad skal guiden hedde?
gd-new-area = Område
gd-new-go = Begynd
gd-find = Find en guide
gd-none = Ingen guider passer.
gd-version = Version { $version }
gd-draft-here = Kladde
gd-own = Grene i { $municipality }
gd-steps = Trin
gd-days = seneste 30 dage
gd-tree = Guiden som liste
gd-drawing = Guiden som tegning
gd-drawing-key = Streg: andel af svarene. Grøn: gik videre.
gd-keys = Pil: flyt. Enter: ret. Insert: nyt svar. Delete: slet. Alt og pil: flyt svaret. Ctrl+Z: fortryd.
gd-lost = Uden vej dertil
gd-lost-one = Ingen svar fører til “{ $title }”.
gd-add-step = Trin
gd-new-step = Nyt trin
gd-new-answer = Nyt svar
gd-connect = Forbind
gd-connect-from = Hæng trinnet på spørgsmålet
gd-delete-step = Slet trin
gd-deleted = Slettet. Fortryd med Ctrl+Z.
gd-cannot-move = Det kan ikke flyttes den vej.
gd-cannot-delete = Det kan ikke slettes her.
gd-cannot-add = Her kan der ikke sættes svar på.
gd-moved = Flyttet.
gd-undo = Fortryd
gd-redo = Gør igen
gd-undone = Fortrudt.
gd-redone = Gentaget.
gd-smaller = Mindre
gd-larger = Større
gd-whole-size = Vis i { $percent } %. Tryk for 100 %
gd-again = står også et andet sted
gd-entered = { $many } nåede hertil
gd-on = { $many } · { $percent } % videre
gd-question = Spørgsmål
gd-answer = Svaret
gd-is-question = Spørger
gd-is-answer = Svarer
gd-kind = Trinnet
gd-help = Hjælp
gd-help-why = vises under spørgsmålet
gd-text = Teksten
gd-text-why = Markdown: **fed**, lister og [link](topic:emne)
gd-choices = Svar
gd-choice-n = Svar { $n }
gd-choice-to = fører til
gd-choice-new = Et nyt trin …
gd-choice-up = Flyt svaret op
gd-choice-down = Flyt svaret ned
gd-choice-remove = Slet svaret
gd-choice-add = Svar
gd-choice-add-local = Lokalt svar
gd-only = Kun i
gd-only-all = Alle kommuner
gd-ways = Veje videre
gd-way-n = Vej { $n }
gd-way-add = Vej
gd-way-remove = Slet vejen
gd-way-up = Flyt vejen op
gd-way-topic = Artikel eller guide
gd-way-link = Link
gd-way-department = Afdeling
gd-way-person = Et menneske
gd-way-url = Adresse
gd-way-label = Linkets tekst
gd-until = Gælder til og med
gd-until-why = Tom: uden udløb. Bagefter fører svaret til et menneske.
gd-common-node = Fælles trin. Det rettes i den fælles guide.
gd-local-node = Lokalt trin i { $municipality }. Det rettes i kommunens grene.
gd-open-common = Åbn den fælles guide
gd-open-local = Åbn grenene
gd-settle = Den fælles guide er ændret ved ”{ $step }”. Dine grene bygger på version { $version }.
gd-settle-why = Borgerne i { $municipality } får dine svar der, til du har valgt.
gd-settle-keep = Behold mine svar
gd-settle-common = Fjern mine svar her
gd-settled-keep = Dine svar ved ”{ $step }” bliver stående.
gd-settled-common = Dine svar ved ”{ $step }” er fjernet.
gd-branches-none = Ingen grene for { $municipality }
gd-branches-why = Borgerne går den fælles guide. Med egne grene kan kommunen tilføje svar og trin, som kun dens borgere møder.
gd-branches-begin = Begynd grene for { $municipality }
gd-common-gone = Den fælles guide findes ikke længere. Grenene vises ikke for nogen. Fjern dem, eller vent, til guiden står igen.
gd-pick = Vælg et trin i listen eller tegningen.
gd-happens = Hvad sker her?
gd-reached = Nåede hertil
gd-left = Forlod guiden
gd-back = Gik et trin tilbage
gd-went = Gik videre
gd-onward = Gik videre til
gd-helped = ”Hjalp det?” Ja
gd-helped-where = Vælg en kommune for at se, om guiden hjalp.
gd-by-agents = Med en medarbejder
gd-of = { $many } ({ $percent } %)
gd-where = Tal for
gd-everywhere = Alle kommuner
gd-local = Lokale grene
gd-local-none = Ingen kommune har egne grene.
gd-local-begin = Hæng grene på i { $municipality }
gd-local-stale = skrevet til version { $version }
gd-check = Tjek før udgivelse
gd-check-reached = Alle trin kan nås
gd-check-loops = Ingen løkker
gd-check-ends = Ingen blinde ender
gd-check-time = Intet er udløbet
gd-check-links = Alle veje fører et sted hen
gd-check-person = Et menneske kan nås overalt
gd-faults =
    { $n ->
        [one] 1 fejl stopper udgivelsen
       *[other] { $n } fejl stopper udgivelsen
    }
gd-good = Klar til at udgive
gd-in = { $municipality }: { $what }
gd-about = { $title }: { $what }
gd-fault-unreachable = ingen svar fører hertil
gd-fault-loop = et svar fører i ring til “{ $about }”
gd-fault-dead-end = fører ingen steder hen
gd-fault-expired = gjaldt til og med { $about }
gd-fault-expires-soon = gælder kun til og med { $about }
gd-fault-choices = har { $about } svar. Et spørgsmål har 2 til 6
gd-fault-choice-twice = svaret “{ $about }” står to gange
gd-fault-no-text = et svar har ingen tekst
gd-fault-no-title = trinnet har ingen tekst
gd-fault-unknown-node = et svar fører til et trin, der ikke er der
gd-fault-unknown-topic = emnet “{ $about }” findes ikke
gd-fault-unknown-department = afdelingen “{ $about }” findes ikke
gd-fault-unknown-municipality = kommunen “{ $about }” er ikke med
gd-fault-leads-to-itself = guiden kan ikke ende i sig selv
gd-fault-bad-link = linket skal begynde med https:// og have en tekst
gd-fault-no-choices-here = spørgsmålet har ingen svar
gd-fault-no-person = ingen vej fører til et menneske
gd-fault-no-hook = det fælles trin, som “{ $about }” hænger på, er væk
gd-fault-hook-is-answer = “{ $about }” hænger på et trin, der ikke længere spørger
gd-fault-id-twice = to trin har samme navn: { $about }
gd-fault-bad-id = navnet “{ $about }” kan ikke bruges
gd-fault-stale = den fælles guide er rettet siden version { $about }. Se grenene igennem
gd-fault-no-nodes = guiden har ingen trin
gd-fault-too-many-nodes = guiden har { $about } trin. Der kan højst være 200
gd-fault-other = der er en fejl: { $about }
gd-try-title = Prøv guiden
gd-try-why = Kladden, som den står nu. Intet tælles med.
gd-try-in = Borger i
gd-try-again = Begynd forfra
gd-try-end = Svaret
gd-try-step = Spørgsmål { $n }
gd-change = ret
gd-head = Om guiden
gd-head-title = Titel
gd-head-title-en = Titel på engelsk
gd-head-summary = Kort svar
gd-head-summary-en = På engelsk
gd-head-words = Hverdagsord, ét pr. linje
gd-head-words-en = Hverdagsord på engelsk, ét pr. linje
gd-head-review = Næste gennemgang
gd-count =
    { $n ->
        [one] 1 trin
       *[other] { $n } trin
    }
check-guide = Guiden: { $what } { $about }

## Ord: synonymer, det første svar, undtagelser (word-)

word-intro = Det, borgerne siger, og det, der står i teksterne. Det virker med det samme, uden at noget skal indekseres igen.
word-synonyms = Synonymer
word-bets = Først i listen
word-exceptions = Undtagelser
word-kinds = Hvad
word-said = Det siger folk
word-said-hint = Flere ord og udtryk skilles med komma.
word-means = Det hedder det i teksterne
word-means-hint = Et ord eller udtryk, som en tekst bruger.
word-where = Hvor
word-everywhere = Alle kommuner
word-both-ways = Begge veje
word-both-ways-long = Begge veje: de to betyder det samme
word-one-way = Den ene vej
word-save-draft = Gem som kladde
word-set-live = Sæt i drift
word-take-back = Gør til kladde
word-remove = Fjern
word-try = Prøv
word-live = I drift
word-draft = Kladde
word-used =
    { $n ->
        [0] ikke brugt i 30 dage
        [one] brugt 1 gang i 30 dage
       *[other] brugt { $n } gange i 30 dage
    }
word-no-synonyms = Her er ingen synonymer endnu. Skriv det, I hører borgerne sige.
word-no-bets = Intet er sat først endnu.
word-no-exceptions = Her er ingen undtagelser endnu.
word-now-live = Det er i drift nu.
word-drafted = Kladden er gemt.
word-removed = Det er fjernet.
word-circle = Ordene går i ring: { $circle }. Brug “begge veje”, hvis de betyder det samme.
word-query = Søgning
word-topic = Tekst
word-topic-choose = Vælg den tekst, der skal stå først
word-until = Til og med (kan udelades)
word-put-first = Sæt først
word-ends = til { $day }
word-kind = Hvad
word-kind-whole = Del aldrig ordet
word-kind-split = Del ordet sådan
word-kind-typo = Ordet er ikke en slåfejl
word-kind-not-offered = Foreslå aldrig søgningen
word-word = Ord
word-parts = Delene
word-parts-hint = Med mellemrum, for eksempel: sundhed kort.
word-typo-of = Ikke en slåfejl for
word-typo-hint = Lad feltet stå tomt, hvis ordet altid er rigtigt.
word-whole-is = “{ $word }” deles aldrig
word-split-is = “{ $word }” deles i: { $says }
word-typo-is = “{ $word }” er ikke en slåfejl for “{ $says }”
word-right-is = “{ $word }” er altid rigtigt stavet
word-not-offered-is = “{ $word }” foreslås aldrig, mens borgerne skriver
word-explain = Hvorfor finder den det?
word-explain-why = Søg som en borger, og se hvorfor hvert svar står, hvor det står.
word-ask = Søg
word-trying = Med kladden: { $said } betyder { $means }.
word-without = Uden den
word-abstained = Intet passer godt nok. Borgeren får tilbudt et menneske.
word-hits =
    { $n ->
        [one] 1 svar
       *[other] { $n } svar
    }
word-covered = { $n } % af søgningen er dækket.
word-score = { $points } point
word-is-bet = Sat først
word-why = Hvorfor
word-matched = Fundet som
word-by = Fordi
word-points = Point
word-coverage = Flere af ordene er der
word-name = Titlen eller et andet navn står i søgningen
word-phrase = Ordene står sammen
word-intent = Et af flere spørgsmål
word-favour = Læst og hjulpet
word-by-exact = samme ord
word-by-digraph = ae, oe, aa
word-by-fold = a, o for æ, ø, å
word-by-spelling = listen over stavefejl
word-by-typo = slåfejl
word-by-split = del af et sammensat ord
word-by-joined = skrevet i ét
word-by-synonym = synonym
word-by-noun-verb = navneord og udsagnsord
word-by-prefix = begyndelsen af ordet
word-by-english = engelsk
word-by-best-bet = sat først af en redaktør

## Imports, sites and export (intake-)
intake-intro = Hent tekster ind fra filer og fra kommunens egen hjemmeside, og tag det hele med ud igen.
intake-not-yours = Det er redaktørerne, der henter tekster ind.
intake-files = Hent filer ind
intake-lead-drafts = Teksterne bliver til kladder, som I ser igennem, før de udgives. Er der fejl i én fil, kommer intet ind.
intake-lead-borger-dk = Artiklerne vises for borgerne med det samme med borger.dk som kilde. De kan ikke rettes her, men en kommune kan tilføje en lokal note.
intake-lead-kle = Emneplanen lægges ind som en liste med numre og stikord. Den tilhører KL, og I skal selv have lov til at bruge den.
intake-form = Hvad er det?
intake-form-markdown = Markdown
intake-form-html = HTML-sider
intake-form-csv = Tabel (CSV)
intake-form-borger-dk = Artikler fra borger.dk (XML)
intake-form-kle = KLE-emneplan (XML)
intake-area = Vidensområde
intake-choose = Filer
intake-columns = Kolonner, hvis de hedder noget særligt
intake-column-title = Titel
intake-column-text = Tekst
intake-column-area = Område
intake-column-words = Søgeord
intake-preview = Se, hvad der kommer ind
intake-bring-in = Hent ind
intake-would = { $n ->
    [one] Én tekst kommer ind
   *[other] { $n } tekster kommer ind
  }
intake-becomes = Bliver til
intake-becomes-draft = Kladde
intake-becomes-new = Ny
intake-becomes-changed = Ændret
intake-becomes-same = Som før
intake-parts = Afsnit
intake-words = Ord
intake-file = Fil
intake-line = linje { $line }
intake-subjects = { $n } emner
intake-faults = { $n ->
    [one] Der er en fejl. Ret den, før noget kommer ind.
   *[other] Der er { $n } fejl. Ret dem, før noget kommer ind.
  }
intake-done-drafts = { $n ->
    [one] Kladden er hentet ind.
   *[other] { $n } kladder er hentet ind.
  }
intake-done-published = { $n ->
    [one] Artiklen er hentet ind.
   *[other] { $n } artikler er hentet ind.
  }
intake-done-subjects = { $n } emner er hentet ind.
intake-fault-no-title = der mangler en titel
intake-fault-no-text = der mangler tekst
intake-fault-too-long = et afsnit er for langt. Del det op med overskrifter
intake-fault-too-large = filen er for stor
intake-fault-too-deep = der er for mange lag i filen
intake-fault-too-many = der er for mange tekster på én gang
intake-fault-encoding = filen kan ikke læses som tekst. Gem den som UTF-8
intake-fault-columns = vi kan ikke se, hvilke kolonner der har titel og tekst. Skriv deres navne
intake-fault-table = rækken kan ikke læses
intake-fault-doctype = filen indeholder en DOCTYPE eller egne forkortelser, som vi af sikkerhedsgrunde ikke læser. Fjern dem
intake-fault-xml = filen er ikke gyldig XML
intake-fault-no-article = der er ingen artikel i filen
intake-fault-kle-form = det er ikke en emneplan, eller et emne mangler nummer eller titel
intake-fault-nothing = der er intet i filen af den slags
intake-fault-topic-twice = en anden tekst i filerne har samme titel
intake-fault-topic-exists = der er allerede en tekst med den titel
intake-fault-draft-open = der er allerede en kladde med den titel
intake-fault-area-unknown = vidensområdet findes ikke
intake-fault-area-not-yours = vidensområdet er ikke dit
intake-fault-form = teksten har ikke den rette form
intake-sites = Kommunernes egne hjemmesider
intake-sites-lead = Siderne læses høfligt og findes i samme søgning, kun for kommunens egne borgere, med link til hjemmesiden.
intake-no-site = Ingen hjemmeside læses.
intake-hosts = Værter
intake-hosts-help = En på hver linje, for eksempel www.frederikssund.dk. Kun de nævnte læses.
intake-sitemap = Sitemap
intake-sitemap-help = Lad feltet stå tomt for at bruge det, hjemmesiden selv peger på.
intake-active = Læs hjemmesiden hver dag
intake-save = Gem
intake-add-site = Vælg hjemmeside
intake-change = Ret
intake-crawl = Læs nu
intake-visiting = Læses nu
intake-off = Læses ikke
intake-never = Ikke læst endnu
intake-last = Læst { $when }
intake-pages = { $n ->
    [one] én side
   *[other] { $n } sider
  }
intake-fetched = { $n ->
    [one] én ny eller ændret
   *[other] { $n } nye eller ændrede
  }
intake-site-faults = { $n ->
    [one] Én bemærkning
   *[other] { $n } bemærkninger
  }
intake-site-robots-away = hjemmesiden svarer ikke på, hvad vi må læse (robots.txt). Vi prøver igen om en time
intake-site-sitemap-away = sitemap findes ikke
intake-site-sitemap-broken = sitemap kan ikke læses
intake-site-sitemap-cut = sitemap er for langt. Resten er ikke læst
intake-site-left-out = nogle sider er på andre værter, eller hjemmesiden vil ikke have dem læst
intake-site-page-away = siden svarer ikke. Vi beholder det, vi har
intake-site-page-empty = siden har ingen tekst
intake-site-refused = adressen må ikke læses
intake-site-not-listed = siden sender videre til en vært, der ikke er på listen
intake-site-redirects = siden sender videre for mange gange
intake-site-too-large = siden er for stor
intake-export = Tag det hele med ud
intake-export-lead = Alle tekster, varianter, guider, ord og tidligere udgaver i åbne formater, samlet i én fil.
intake-export-button = Hent alt
