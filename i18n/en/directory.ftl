### The directory and the transfer dialog, loaded when first opened.

## Finding
dir-search = Search name, topic, number or everyday words
dir-search-short = Name, topic or number
dir-search-empty = Clear the search
dir-municipality = Municipality
dir-all = All municipalities
dir-choose-municipality = Choose a municipality, or search all of them.
dir-choose = Choose a department, or search.
dir-units = Departments
dir-results = What was found
dir-count =
    { $n ->
        [one] 1 result
       *[other] { $n } results
    }
dir-none = Nothing fits. Try another word, or a topic such as “pension”.
dir-back = All departments
dir-fold = Show what belongs to { $name }
dir-because-topic = Answers: { $text }
dir-because-skill = Knows about: { $text }
dir-main-number = Main number
dir-main-number-not = Nobody is transferred here.
dir-copy = Copy { $text }
dir-copied = Copied: { $text }
dir-not-copied = The browser did not allow copying.
dir-and = { " and " }

## What it is
dir-kind = Kind
dir-kind-administration = Administration
dir-kind-department = Department
dir-kind-team = Team
dir-kind-person = Person
dir-kind-line = Number
dir-name = Name
dir-name-en = Name in English
dir-title = Title
dir-unit = Department or team
dir-part-of = Part of
dir-part-of-nothing = Directly under the municipality
dir-phone = Telephone
dir-email = E-mail
dir-address = Address
dir-hours = Opening hours
dir-promise = Deadline for answers
dir-holder = Whose number
dir-public = Known to citizens
dir-login = User name in Straks
dir-login-none = Does not sign in here

## Right now
dir-open = Open
dir-open-until = Open until { $time }
dir-opens = Opens { $when }
dir-closed = Closed
dir-there = Available
dir-reachable = Can be reached
dir-busy = Busy
dir-away = Away, back { $when }
dir-away-now = Away
dir-unreachable = Has no number
dir-offline = Not signed in

## Numbers
dir-lines = Numbers and access
dir-lines-none = No numbers yet.
dir-way = Kind of number
dir-way-telephone = Telephone
dir-way-outside = Other telephone
dir-way-chat = Chat
dir-way-mail = E-mail
dir-chat-here = Answered at the desk
dir-line-public = known to citizens
dir-line-internal = colleagues only
dir-line-tell-citizens = Citizens may know it
dir-new-line = New number
dir-own-hours = Has its own opening hours

## Opening hours
dir-hours-none = No opening hours are written.
dir-hours-how = Write for instance 8–15.30, or 9–12, 13–17. Empty is closed.
dir-hours-also = Besides:

## Responsibilities
dir-duties = Responsible for
dir-duties-lead = decides who gets a transfer
dir-duties-none = No topics yet.
dir-person-no-duties = No topics.
dir-then = then
dir-whoever-answers = Whoever answers in the department
dir-topic = Topic
dir-topics = Topics
dir-topic-find = Search a topic by everyday words
dir-topic-ask = What is it about?
dir-topic-change = Correct the topic
dir-topic-none = No topic fits.
dir-new-duty = New responsibility
dir-who = Who
dir-who-lead = The first is responsible. The next stand in when the first is away. Nobody: the department's own line.
dir-conditions = For which citizens
dir-conditions-lead = Holds for everybody if nothing is said.
dir-is-owner = responsible
dir-stands-in = stands in for { $name }
dir-show-all = Show all { $n }
dir-if-age = citizens aged { $years }
dir-if-age-from = citizens from { $years } years
dir-if-age-to = citizens up to { $years } years
dir-if-post-code = post code { $codes }
dir-if-street =
    { $side ->
        [even] { $place }, even numbers
        [odd] { $place }, odd numbers
       *[both] { $place }
    }
dir-if-number-from = from no. { $number }
dir-if-number-to = up to no. { $number }
dir-if-birth-day = born on day { $from }–{ $to } of the month
dir-if-birth-day-one = born on day { $day } of the month
dir-if-said = when the answer is yes: { $question }
dir-if-by-birth-day = Day of the month of birth
dir-if-by-age = Age
dir-if-by-post-code = Post code
dir-if-by-street = Street
dir-if-by-said = A question
dir-if-question = Question with yes or no
dir-if-question-example = Is the citizen on sick leave?
dir-from = From
dir-to = To
dir-street = Name of the street
dir-side = Numbers
dir-side-both = All
dir-side-even = Even
dir-side-odd = Odd

## People
dir-people = People
dir-people-none = Nobody is entered.
dir-people-in-teams = They stand under their teams.
dir-people-count =
    { $n ->
        [one] 1 person
       *[other] { $n } people
    }
dir-now = Right now
dir-deputy = Deputy
dir-deputies = Deputies
dir-deputies-none = No deputy.
dir-deputies-lead = The uppermost is asked first.
dir-stands-in-for = Stands in for
dir-new-person = New person
dir-person-find = Search a person
dir-move-up = Move { $name } up
dir-take-off = Take { $name } off
dir-languages = Languages
dir-language-da = Danish
dir-language-en = English
dir-skills = Also knows about
dir-skills-hint = separate with commas
dir-about = About the person
dir-source = Source
dir-source-of =
    { $source ->
        [scim] The staff system (SCIM)
        [ldap] The municipality's directory (LDAP)
       *[csv] Imported file
    }
dir-teams = Teams
dir-new-team = New team
dir-new-administration = New administration

## Absence
dir-absence = Absence
dir-absence-none = No absence is entered.
dir-absence-span = from { $from } until { $until }
dir-go-away = Away
dir-go-away-title = When is { $name } back?
dir-go-away-back = Back { $when }
dir-go-away-other = Another time
dir-go-away-from = Away from
dir-go-away-until = Back
dir-day = Day
dir-time = Time
dir-is-back = Is back
dir-meanwhile = While { $name } is away, answers come from

## Is it right?
dir-about-entries = About the entries
dir-fresh = Confirmed { $day } by { $name }.
dir-entered = Entered { $day }.
dir-due = Last confirmed { $day }, { $ago }.
dir-due-how-often = It is due every { $days } days.
dir-never-confirmed = Nobody has confirmed these entries yet.
dir-reports =
    { $n ->
        [one] Since then something was reported wrong once.
       *[other] Since then something was reported wrong { $n } times.
    }
dir-decide-first =
    { $n ->
        [one] Decide about the proposal first.
       *[other] Decide about the { $n } proposals first.
    }
dir-confirm = The entries are right
dir-confirmed = Thank you. The entries are confirmed.
dir-is-confirmed = Confirmed
dir-days-old = { $n } d.
dir-last-confirmed-days =
    { $n ->
        [one] Confirmed 1 day ago
       *[other] Confirmed { $n } days ago
    }
dir-share-confirmed = { $count } of { $total } departments are confirmed within { $days } days.
dir-stale = Needs looking after
dir-stale-lead = Here citizens are easily sent wrong.
dir-stale-none = All departments are confirmed.
dir-not-confirmed = Not confirmed for long
dir-due-here = To be confirmed
dir-findings = It does not fit together
dir-findings-none = Everything fits together.
dir-finding-topic-without-owner = Topics that nobody answers
dir-finding-unit-gone = Something belongs to a unit that is gone
dir-finding-person-gone = Somebody who is gone is responsible, a deputy or at a number
dir-finding-no-department = Topics of a team that belongs to no department
dir-finding-number-taken = The number is also somebody else’s in the consortium
dir-finding-deputy-circle = Deputies in a circle: when all are away, nobody answers
dir-finding-unit-circle = Units that are part of each other
dir-finding-number-twice = The same number for several
dir-finding-main-number = The main number is a department's number
dir-finding-unreachable = Departments without telephone and chat
dir-finding-not-staffed = Open, but nobody has telephone duty

## Mistakes and proposals
dir-report = Report a mistake
dir-report-title = Report a mistake: { $name }
dir-report-lead = The department's coordinator sees it and decides.
dir-report-what = What is wrong?
dir-report-stands = It says now:
dir-report-right = What is right, if you know
dir-report-why = How do you know?
dir-report-other = Something else
dir-report-send = Send to the coordinator
dir-report-sent = Thank you. The coordinator has been told.
dir-requests-waiting =
    { $n ->
        [one] 1 matter waits
       *[other] { $n } matters wait
    }
dir-request = Proposed change
dir-request-from = From { $name }, { $when }
dir-request-about = About
dir-request-field = Field
dir-request-now = Now
dir-request-wanted = Proposed
dir-request-because = Because
dir-accept = Accept
dir-refuse = Refuse
dir-accepted = Accepted.
dir-refused = Refused.
dir-tasks = Waits for you
dir-tasks-none = Nothing waits.
dir-task-misdirected =
    { $n ->
        [one] 1 contact came here by mistake
       *[other] { $n } contacts came here by mistake
    }
dir-task-unanswered =
    { $n ->
        [one] 1 transfer was not answered
       *[other] { $n } transfers were not answered
    }
dir-task-last = Last { $when }
dir-task-owner = Has the topic
dir-task-done = It is right now
dir-nobody = Nobody

## Changing
dir-edit = Edit
dir-edit-of = Edit { $name }
dir-save = Save
dir-saved = Saved.
dir-remove = Remove
dir-remove-sure = Yes, remove
dir-department-lead = Citizens see this. It holds from now on.
dir-by-hand = changed here
dir-by-hand-why = The source says otherwise. The change here holds.
dir-as-imported = Use the source's

## History
dir-history = History
dir-history-none = No changes yet.
dir-by-import = the import
dir-was = before
dir-is-now = now
dir-change-confirmed = { $by } confirmed everything
dir-change-made = { $by } entered { $name }
dir-change-removed = { $by } removed { $name }
dir-change-changed = { $by } changed { $name }
dir-change-absence = { $by } changed the absence of { $name }

## From a file
dir-import = Bring in a file
dir-import-lead = See first what the file would change. What was changed here stays.
dir-import-file = File (CSV)
dir-import-form = The first line names the columns. Download the entries as a file to see what it looks like.
dir-export = Save as a file
dir-import-faults =
    { $n ->
        [one] 1 line cannot be read. Nothing was changed.
       *[other] { $n } lines cannot be read. Nothing was changed.
    }
dir-import-line = Line { $line }
dir-import-held = The file is held back.
dir-import-held-why = It would remove more than a fifth of what came last time. Perhaps something is missing in it.
dir-import-even-if-many = It is right that so much goes
dir-import-same =
    { $n ->
        [one] 1 is as before
       *[other] { $n } are as before
    }
dir-import-added =
    { $n ->
        [one] 1 is added
       *[other] { $n } are added
    }
dir-import-changed =
    { $n ->
        [one] 1 changes
       *[other] { $n } change
    }
dir-import-removed =
    { $n ->
        [one] 1 is removed
       *[other] { $n } are removed
    }
dir-import-more = and { $n } more
dir-import-apply = Carry out
dir-import-done = { $name } is brought in.

## Transfers
dir-transfer-to = Transfer to { $name }
dir-transfer-find = Search department or person
dir-transfer-targets = Targets, best first
dir-transfer-none = No target fits. Try another word, or hand over with a deadline.
dir-transfer-cannot = Cannot be chosen now
dir-transfer-next = The first can be reached { $when }.
dir-transfer-note = Note for the receiver
dir-transfer-note-hint = goes with the conversation; the citizen does not see it
dir-transfer-again =
    { $n ->
        [one] The contact has already been transferred once.
       *[other] The contact has already been transferred { $n } times.
    } Consider a hand-over instead.
dir-transfer-closed-do = It is closed now. Hand over with a deadline, and the citizen is told when the answer comes.
dir-target-owner = Responsible for the topic
dir-target-deputy = Deputy for { $name }
dir-target-unit = The department that has the topic
dir-target-busy =
    { $n ->
        [one] Busy, 1 waiting
       *[other] Busy, { $n } waiting
    }
dir-target-refused = Cannot be chosen
dir-refused-main-number = A main number cannot receive a transfer. Choose a department or a person.
dir-refused-transfer-limit = The contact has been transferred three times. Keep it and hand over with a deadline.
dir-refused-only-by-telephone = Answers by telephone only, { $number }.
dir-why-given = { $name } has the topic.
dir-why-given-for-such = { $name } has the topic for citizens like this one.
dir-why-usual = { $name } usually has the topic.
dir-why-nobody = Nobody has the topic. Citizen service finds out.
dir-why-owner-away = { $name } is away until { $when }.
dir-why-owner-away-now = { $name } is away.
dir-why-covered = The deputy takes it.
dir-why-all-closed = Nobody who has the topic can be reached right now.
dir-ask-lead = Ask the citizen, so that it reaches the right place
dir-ask-age = How old is the citizen?
dir-ask-post-code = What is the citizen's post code?
dir-ask-address = Which street does the citizen live in?
dir-house-number = House number
dir-ask-birth-day = On which day of the month was the citizen born?
dir-yes = Yes
dir-no = No
