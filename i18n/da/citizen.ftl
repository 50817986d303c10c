### The citizen's pages. *Words* between stars are shown bold.

## Frame of every page
straks = Straks
skip = Gå til indhold
menu = Hovedmenu
menu-topics = Alle emner
menu-contact = Kontakt
other-language = English
page-title = { $page } · { $municipality }
demo-note = Det her er en demonstration. Adresser, åbningstider og telefonnumre er opfundne.
foot-urgent = Akut hjælp
foot-danger = Livsfare
foot-police = Politi
foot-doctor = Akut lægehjælp
foot-social = Social døgnvagt
foot-elsewhere = Bor du i en anden kommune?
foot-accessibility = Tilgængelighed
foot-privacy = Sådan passer vi på dine oplysninger
foot-trail = Det husker vi om dit besøg
foot-about = { $consortium }. { $members } hjælper hinandens borgere om aftenen.
and = { $before } og { $last }
home = Forside
breadcrumb = Du er her
external = åbner en anden side

## Times in words
clock = kl. { $time }
span = kl. { $from }–{ $to }
today-at = i dag kl. { $time }
tonight-at = i aften kl. { $time }
tomorrow-at = i morgen kl. { $time }
date-at = { $date } kl. { $time }
date-weekday = { $weekday } den { $day }. { $month }
date-full = { $day }. { $month } { $year }
weekday = { $n ->
    [one] mandag
    [2] tirsdag
    [3] onsdag
    [4] torsdag
    [5] fredag
    [6] lørdag
   *[other] søndag
}
month = { $n ->
    [one] januar
    [2] februar
    [3] marts
    [4] april
    [5] maj
    [6] juni
    [7] juli
    [8] august
    [9] september
    [10] oktober
    [11] november
   *[other] december
}
days-to = { $from } til { $to }
always-open = Åbent hele døgnet

## Status strip
strip = Åbningstid lige nu
strip-open-until = Åbent nu til { $until }
strip-open = Åbent nu
strip-closing = Lukker snart, { $until }
strip-closed = Lukket nu
strip-opens = Vi åbner igen *{ $when }*
strip-fault = Vi kan ikke se køen lige nu. Skriv, så svarer vi.
wait = Ventetid { $range }
wait-under-1 = under 1 min.
wait-from-1-to-3 = 1–3 min.
wait-from-3-to-5 = 3–5 min.
wait-from-5-to-10 = 5–10 min.
wait-from-10-to-20 = 10–20 min.
wait-over-20 = over 20 min.
answering-tonight = I aften svarer *{ $answering }* for { $municipality }
answering-now = Lige nu svarer *{ $answering }* for { $municipality }

## Choosing a municipality
pick-title = Hvilken kommune bor du i?
pick-lead = Vi hjælper borgere i alle kommunerne. Vælg din, så svarene passer til dig.
pick-open = Åbent nu
pick-closed = Lukket nu

## Home
home-title = Hvad kan vi hjælpe med?
home-lead = Skriv det, som du ville sige det.
home-hint = For eksempel
home-or = eller
home-frequent = Det spørger flest om lige nu
home-common = Gode steder at begynde
home-all = Se alle emner
home-guides = Ved du ikke, hvor du skal begynde?
home-guides-lead = Svar på nogle få spørgsmål. Så finder vi det, der passer til dig.
english-note = De fleste af vores svar står på dansk. Øverst på hver side er der et kort sammendrag på engelsk.

## Search
search = Søg
search-label = Søg efter svar
search-title = Søgning
search-best = Det her passer bedst
search-count = { $n ->
    [0] Ingen svar
    [one] 1 svar
   *[other] { $n } svar
} på ”{ $query }”
search-empty-title = Hvad vil du vide?
search-empty = Skriv et par ord, for eksempel det, du ville sige i telefonen.
search-others = Andre svar
search-short = Kort svar
search-more = Læs hele svaret
search-read = Tjekket { $date } af { $owner }
search-guide-offer = Er du i tvivl om, hvad du skal?
search-guide-start = Start guiden
search-guide-most = { $n ->
    [one] Der er højst 1 spørgsmål.
   *[other] Der er højst { $n } spørgsmål.
}
search-masked = Vi har skjult noget, der ligner et CPR-nummer. Du behøver det ikke for at søge.
search-too-long = Søgningen er for lang. Vi har brugt de første { $limit } tegn.
search-again = Søg igen med ét ord
search-again-lead = Prøv for eksempel
search-suggestions = Svar, mens du skriver
search-live = { $n ->
    [0] Ingen svar endnu. Skriv videre, eller spørg os.
    [one] 1 svar.
   *[other] { $n } svar.
}
search-offline = Ingen forbindelse. Tryk på Søg for at prøve igen.
none-title = Du kan ikke spørge forkert
none-lead = Vi har ikke et sikkert svar på det her endnu, og vi gætter ikke.
none-perhaps = Kunne det være noget af det her?
none-ways = Spørg os, så finder vi den, der ved det
none-ways-lead = Chatter du, har vi dit spørgsmål: *”{ $query }”*
kind-article = Svar
kind-guide = Guide
kind-referral = Anden myndighed
kind-department = Afdeling
kind-page = Fra kommunens egen hjemmeside
urgent-tag = Det haster

## Article and referral
article-short = Kort fortalt
article-local = Sådan er det i { $municipality }
article-local-tag = Gælder kun her
article-self = Selvbetjening. Du forlader { $municipality }s side.
article-on-page = På denne side
article-checked = Tjekket *{ $date }*. Vi tjekker igen senest { $next }.
article-owner = Den fælles tekst: { $owner }.
article-local-owner = Den lokale del: { $department } i { $municipality }.
article-figures = Beløb og frister er fra { $year }.
article-rules = Reglerne står i { $rules }.
article-related = Læs også
article-english = Short summary in English
article-urgent = Det her kan ikke altid vente
article-urgent-lead = Er der fare for liv, så ring 112. Er du i tvivl, så spørg os.
article-authority = Det er { $authority }, der hjælper med det her
article-authority-lead = Kommunen bestemmer ikke i den sag, men vi hjælper dig gerne videre.
article-authority-go = Gå til { $authority }
article-ask = Spørg om det her
article-ask-lead = Chatter du, ved vi, hvad det handler om. Så skal du ikke forklare forfra.
article-stale = Den fælles tekst er lige blevet ændret. Den lokale del bliver tjekket nu.

## Did it help?
helped = Hjalp det?
helped-yes = Ja
helped-no = Nej
helped-thanks = Tak. Det hjælper os med at gøre svarene bedre.
helped-sorry = Det er vi kede af. Hvad manglede?
helped-why-incomplete = Der manglede noget
helped-why-hard-to-read = Det var svært at forstå
helped-why-wrong-page = Det handlede om noget andet
helped-why-link-broken = Et link virkede ikke
helped-send = Send
helped-person = Vil du hellere tale med nogen?
helped-noted = Tak. Vi bruger det til at gøre svaret bedre.
helped-back = Tilbage til svaret

## Guides
guide-back = Tilbage til forrige spørgsmål
guide-step = Spørgsmål { $n }. { $count ->
    [0] Det er det sidste.
    [one] Der er højst 1 mere.
   *[other] Der er højst { $count } mere.
}
guide-next = Næste
guide-talk = Tal med os i stedet. Vi tager dine svar med.
guide-so-far = Dine svar
guide-change = Ret
guide-kept = Vi bruger kun dine svar til at hjælpe dig her. De følger med, hvis du chatter med os.
guide-choose = Vælg et svar, så går vi videre.
guide-fault = Du mangler at vælge et svar
guide-shorter = Et af dine svar passer ikke længere. Vælg igen herfra.
guide-lost = Guiden er blevet rettet, siden du begyndte. Begynd forfra her. Det er de samme få spørgsmål.
guide-expired = Det gjaldt til og med { $day }. Tal med os, så får du at vide, hvad der gælder nu.
guide-end = Det skal du gøre
guide-ways = Gå videre herfra
guide-read = Læs: { $title }
guide-department = Kontakt { $department }
guide-person = Tal med et menneske
guide-restart = Begynd forfra
guide-doubt = Er du stadig i tvivl?
guide-doubt-lead = Chatter du, har vi dine svar.

## Topics
topics-title = Alle emner
topics-lead = Find svaret efter område, eller søg.
topics-count = { $n ->
    [one] 1 emne
   *[other] { $n } emner
}
topics-none = { $municipality } har ingen artikler her endnu. Du kan altid spørge os.
## Ways to a person
ways-title = Tal med et menneske
ways-lead = Du kan ikke spørge forkert. Vi finder den, der ved det.
ways-search-title = Hellere tale med nogen?
ways-search-lead = Chatter du, har vi din søgning. Så skal du ikke forklare forfra.
way-call = Ring { $phone }
way-call-to = til { $department }
way-open-until = Åbent til { $until }
way-chat = Chat
way-chat-lead = Skriv med os her
way-chat-go-on = Fortsæt din chat
way-chat-waiting = Du har en samtale i gang
way-wait = Ventetid
way-message = Læg en besked
way-message-lead = Svar senest { $when }
way-message-lead-any = Du får svar med en frist
way-departments = Ring direkte til en afdeling

## Contact
contact-title = Kontakt
contact-vow = Alle afdelinger tager telefonen i hele deres åbningstid.
contact-vow-lead = Ring direkte. Vi sender dig aldrig tilbage til hovednummeret.
contact-code = Har du fået en kode i telefonen?
contact-departments = Afdelinger
contact-find = Find en afdeling
contact-find-hint = Skriv et navn eller et emne, for eksempel hjemmehjælp
contact-found = { $n ->
    [0] Ingen afdelinger passer. Her er dem alle.
    [one] 1 afdeling passer.
   *[other] { $n } afdelinger passer.
}
contact-show-all = Vis alle afdelinger
contact-now = Klokken er { $time }. Indtil { $until } svarer aftenvagten fra { $answering } i chatten, også for afdelinger, der selv har lukket.
contact-open-now = Afdelingen svarer nu
contact-evening = Vagten svarer nu
contact-until = Åbent til { $until }
contact-opens = Afdelingen: { $when }
contact-closed = Lukket nu
contact-hotline = Vagttelefonen
contact-hours = Åbningstider
contact-hours-note = Telefon og chat
contact-call-named = { $phone } til { $department }
contact-urgent = Kan det ikke vente?
contact-danger-lead = Brand, ulykke eller akut sygdom
contact-doctor-lead = Når din egen læge har lukket
contact-social-lead = Hvis et barn eller en voksen er i fare, eller du ikke har et sted at sove
contact-police-lead = Når det ikke er livsfare
department-address = Adresse
department-email = E-mail
department-email-note = Skriv ikke CPR-nummer i en almindelig e-mail.
department-promise = Svar på beskeder
department-promise-by = Skriver du nu, får du svar senest { $when }.
department-chat = Chat om det
department-numbers = Direkte numre
department-topics = Afdelingens emner
department-closed-days = Lukkedage

## Leave a message
message-title = Læg en besked
message-closed-title = Vi har lukket, men du kan stadig få svar
message-closed-lead = Læg en besked nu, så svarer vi. Eller søg efter svaret med det samme.
message-lead = Skriv, hvad det handler om. Den rigtige afdeling svarer dig.
message-promise = Du får svar senest { $when }.
message-promise-lead = Kan vi ikke nå det, giver vi dig besked, inden fristen er gået.
message-text = Hvad kan vi hjælpe med?
message-text-hint = Skriv ikke CPR-nummer. Vi kan hjælpe dig uden.
message-department = Hvem skal svare?
message-department-any = Jeg ved det ikke. Find den rigtige for mig.
message-reply = Hvordan skal vi svare?
message-by-phone = Ring til mig
message-by-email = Skriv en e-mail
message-by-page = På en hemmelig side, kun du kan finde
message-by-page-hint = Du skriver hverken navn, telefon eller e-mail. Du får et link, som du gemmer.
message-phone = Dit telefonnummer
message-phone-hint = Kun hvis vi skal ringe. Til udlandet: begynd med + og landekoden.
message-email = Din e-mailadresse
message-email-hint = Kun hvis vi skal skrive.
message-send = Send beskeden
message-send-note = Du får en kvittering på skærmen med det samme.
message-open-now = Vi har åbent lige nu
message-open-now-lead = Du kan få svar med det samme i chatten. Ellers læg en besked her.
message-open-chat = Start en chat
errors = Der er noget, vi skal have rettet
fault-reply = Vælg, hvordan vi skal svare.
fault-phone = Telefonnummeret skal have 8 cifre, eller begynde med + og landekoden.
fault-email = E-mailadressen ser ikke rigtig ud. Den skal have et @.
fault-text-empty = Skriv, hvad vi kan hjælpe med.
fault-too-long = Teksten er for lang. Der er plads til { $limit } tegn. Intet er gået tabt: det, du skrev, står her endnu.

## Status page of a message
status-title = Din besked
status-sent = Tak. Vi har din besked.
status-waiting = Venter på svar
status-taken = En medarbejder er i gang
status-answered = Du har fået svar
status-done = Afsluttet
status-promise = Du får svar senest *{ $when }*.
status-overdue = Vi har ikke nået fristen. Det er vi kede af. Din besked er ikke glemt.
status-moved = Fristen er flyttet. Den er nu *{ $when }*.
status-with = Hos { $department } i { $municipality }
status-reply-telephone = Vi ringer til dig.
status-reply-email = Vi skriver til din e-mail.
status-reply-page = Svaret kommer på denne side.
status-answer = Svaret
status-keep = Gem adressen på denne side. Den er kun din, og den er den eneste vej tilbage.
status-refresh = Se efter svar igen
status-yours = Det skrev du

## Chat
chat-title = Chat
chat-code-title = Skriv, mens vi taler
chat-code-lead = Du taler med os i telefonen. Med koden fra medarbejderen kan du også skrive her, for eksempel et navn, der er svært at stave.
chat-code = Koden
chat-code-hint = Seks cifre. Medarbejderen siger dem til dig.
chat-code-go = Åbn samtalen
chat-start-title = Chat med os
chat-start-lead = Du skriver med et menneske. Du skal ikke logge på.
chat-question = Hvad vil du spørge om?
chat-question-hint = Skriv ikke CPR-nummer eller noget om helbred. Vi kan hjælpe dig uden.
chat-name = Dit fornavn
chat-name-hint = Du behøver ikke.
chat-begin = Start chatten
chat-trail = Det tager vi med til medarbejderen
chat-trail-lead = Så skal du ikke forklare forfra. Du kan fjerne det, du ikke vil dele.
chat-trail-none = Vi tager intet andet med end det, du skriver.
chat-remove = Fjern
chat-remove-what = Fjern: { $what }
chat-remove-all = Fjern det hele
chat-helps = Hjælper { $municipality }
chat-in-line = Du er nummer
chat-in-line-rest = i køen.
chat-in-line-wait = i køen. Det er din tur om { $range }.
chat-looking = Vi finder en, der kan hjælpe dig. Du må gerne skrive imens.
chat-waiting-title = Du er i kø
chat-leave-line = Forlad køen
chat-end = Afslut
chat-leave-sure = Vil du forlade køen? Så mister du din plads.
chat-leave-yes = Ja, forlad køen
chat-end-sure = Vil du afslutte samtalen? Du kan skrive til os igen bagefter.
chat-end-yes = Ja, afslut
chat-ended-title = Samtalen er slut
chat-log = Samtalen
chat-you = Du
chat-by = { $name }, { $clock }
chat-erased = Teksten er slettet.
chat-write = Skriv en besked
chat-write-hint = Enter sender. Skift og Enter giver en ny linje.
chat-write-tip = Skriv ikke CPR-nummer eller noget om helbred.
chat-send = Send
chat-refresh = Hent nye beskeder
chat-typing = { $name } skriver …
chat-reconnecting = Ingen forbindelse. Prøver igen …
chat-not-sent = Ikke sendt endnu
chat-sending = Sender …
chat-sent = Sendt
chat-read = Læst
chat-refused = Den blev ikke sendt: { $why }
chat-cpr-title = Det ligner et CPR-nummer
chat-cpr = Vi skjuler det, før det gemmes. Vi kan hjælpe dig uden.
chat-masked = Vi har skjult det, der ligner et CPR-nummer eller kortnummer.
chat-idle-title = Er du der stadig?
chat-idle = Der er ikke skrevet noget i et stykke tid. Samtalen slutter om { $minutes } minutter, hvis du er gået.
chat-idle-stay = Ja, jeg er her
chat-article = Artikel
chat-article-read = Læs artiklen
chat-rate = Fik du hjælp?
chat-rate-yes = Ja
chat-rate-partly = Lidt
chat-rate-no = Nej
chat-rate-thanks = Tak for dit svar.
chat-save = Gem samtalen som fil
chat-again = Skriv til os igen
chat-kept = Teksten slettes senest efter { $days } dage.
chat-topic = Om: { $topic }
transcript-title = Chat med { $municipality }
transcript-name = chat-{ $date }.txt

## What we remember
trail-title = Det husker vi om dit besøg
trail-lead = I 24 timer husker vi, hvad du har søgt og læst her, så du ikke skal forklare forfra, hvis du kontakter os. Vi ved ikke, hvem du er.
trail-none = Vi husker ingenting om dit besøg.
trail-removed = Det er fjernet.
trail-search = Søgte: { $what }
trail-article = Læste: { $what }
trail-guide = Guide: { $what }
trail-page = Så: { $what }

## Privacy
privacy-title = Sådan passer vi på dine oplysninger
privacy-lead = Du skal ikke logge på, og du skal ikke sige, hvem du er, for at få svar.
privacy-cpr = CPR-numre
privacy-cpr-text = Skriver du et CPR-nummer eller et kortnummer, skjuler vi hele nummeret, før det bliver gemt. Vi spørger aldrig efter det i chatten.
privacy-visit = Dit besøg
privacy-visit-text = Vi husker i 24 timer, hvad du har søgt og læst. Du kan se det og fjerne det.
privacy-chat = Chat og beskeder
privacy-chat-text = Det, du skriver, slettes senest efter { $days } dage. Har vi lovet dig et svar, gemmer vi det, til du har fået det. Derefter ved vi kun, hvad samtalen handlede om, ikke hvem du er eller hvad du skrev.
privacy-calls = Telefon
privacy-calls-text = Ringer du til os, gemmer vi dit nummer og den besked, du lægger på svareren, lige så længe. Bliver du afbrudt, kan vi kende dit nummer igen, så du får din plads i køen tilbage. Aftaler vi at ringe dig op, bruger vi nummeret til det.
privacy-calls-recorded = Vi optager kun en samtale, hvis du siger ja. Optagelsen slettes senest efter { $days } dage.
privacy-calls-not-recorded = Vi optager ikke samtaler.
privacy-who = Hvem kan se det?
privacy-who-text = Kun medarbejdere i { $municipality } og den kommune, der har vagt for os, mens den har vagten. Hver gang nogen ser en henvendelse, skriver vi det ned.
privacy-cookies = Cookies
privacy-cookies-text = Vi bruger kun de cookies, siden har brug for: en tilfældig kode, så du finder din chat igen (24 timer), og dit valg af sprog. Ingen andre kan læse dem, og vi måler ikke på dig.
privacy-rights = Dine rettigheder
privacy-rights-text = Du kan få at vide, hvad vi har om dig, og få det slettet. Kontakt { $department } i { $municipality }. Du kan klage til Datatilsynet.
privacy-see = Se, hvad vi husker

## Accessibility
accessibility-title = Tilgængelighed
accessibility-lead = Alle skal kunne bruge siden: med tastatur, skærmlæser, forstørrelse, på telefonen og uden JavaScript.
accessibility-goal = Det stræber vi efter
accessibility-goal-text = Siden er bygget efter WCAG 2.2, niveau AA. Farver følger din skærm, lys eller mørk.
accessibility-tested = Sådan har vi prøvet den
accessibility-tested-text = Hver side bliver prøvet af et program for hver ændring, og vi gennemgår den med tastatur. Den er endnu ikke gennemgået af brugere af skærmlæser. Det står først her, når det er sket.
accessibility-known = Det ved vi mangler
accessibility-known-text = De fleste svar findes kun på dansk, med et sammendrag på engelsk. Vi har endnu ikke samtale med tekst i realtid.
accessibility-tell = Er der noget, der ikke virker?
accessibility-tell-text = Sig det til os i en chat eller en besked. Så hjælper vi dig med det samme og retter fejlen.

## Problem pages
problem-page-back = Gå til forsiden

## On a municipality's own site
embed-open = Få hjælp
embed-close = Luk hjælp
embed-title = Hjælp fra { $municipality }
embed-window = Åbn i nyt vindue
embed-start = Forside
embed-about = Om det, du læser
embed-blocked-title = Chatten skal have sit eget vindue
embed-blocked = Din browser husker ikke noget for os her på siden, så samtalen ville gå tabt. Det, du har skrevet, følger med over i det nye vindue.
embed-blocked-go = Fortsæt i nyt vindue
