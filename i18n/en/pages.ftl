### The pages beside the desk, loaded when the first of them is opened.

## The frame around the work
staff-back = Back
staff-from = From
staff-to = To

## Signing in
staff-logins-intro = This is where you are signed in. End those you do not know.
staff-logins-browser = Browser
staff-logins-since = Since
staff-logins-seen = Last used
staff-logins-this = The one you use now
staff-logins-unknown = Unknown browser
staff-logins-revoke = End

## Knowledge
staff-know-common-only = Common only

## The department’s inbox
staff-inbox-title = Hand-overs
staff-inbox-title-of = Handed over to { $municipality }
staff-inbox-open-count = { $n } open
staff-inbox-list = Hand-overs
staff-inbox-chosen = Chosen hand-over
staff-inbox-open = Open
staff-inbox-mine = Mine
staff-inbox-overdue = Overdue
staff-inbox-done = Answered
staff-inbox-empty = No hand-overs are waiting.
staff-inbox-empty-filter = None here.
staff-inbox-choose = Choose a hand-over to see the whole story.
staff-inbox-deadline = Deadline
staff-inbox-from = Handed over by
staff-inbox-with = With
staff-inbox-nobody = Nobody yet
staff-inbox-you = You
staff-inbox-group-overdue = Overdue
staff-inbox-group-today = Due today
staff-inbox-group-tomorrow = Due tomorrow
staff-inbox-group-later = Later
staff-inbox-made = Handed over { $when } by { $name } to { $department }
staff-inbox-promised = The citizen is promised an answer ({ $way }) no later than { $when }.
staff-inbox-passed = The deadline has passed, { $span }.
staff-inbox-take = Take it
staff-inbox-take-over = Take over
staff-inbox-taken-by = With { $name }
staff-inbox-mark-done = Done
staff-inbox-is-answered = The citizen has the answer.
staff-inbox-is-done = Finished.
staff-inbox-move = Move deadline
staff-inbox-move-title = Move the deadline
staff-inbox-move-told = The citizen is told the new deadline before the old one passes.
staff-inbox-move-to = Move to { $when }
staff-inbox-show-number = Show number
staff-inbox-show-email = Show address
staff-inbox-is-logged = is written in the log
staff-inbox-answer = Answer to the citizen
staff-inbox-answer-hint = Write the answer in plain words.
staff-inbox-answer-hint-phone = Write what you agreed on the telephone. It stands on the citizen’s status page.
staff-inbox-answer-by-mail = Sent by e-mail and shown on the status page
staff-inbox-answer-on-page = Shown on the citizen’s status page
staff-inbox-answer-as = Answer as { $municipality }
staff-inbox-answer-given = The answer the citizen got
staff-inbox-story = The whole story
staff-inbox-no-story = The texts have been erased by the rules.

## Duty
staff-week = week { $n }
staff-this-week = This week
staff-week-before = The week before
staff-week-after = The week after
staff-duty-table = Who is on duty each day of the week
staff-duty-legend = The cell shows how many are on duty and when. “All” is every agent of the municipality. Hatched is the weekend.
staff-duty-side = Details of the duty
staff-duty-tonight = Tonight
staff-duty-tonight-none = No duty tonight.
staff-duty-everyone = Every agent of the municipality
staff-duty-all = All
staff-duty-mine = My duties
staff-duty-mine-none = You have no duties this week.
staff-duty-cell = { $municipality }, { $date }: edit the duty
staff-duty-add = { $municipality }, { $date }: new duty
staff-duty-edit = Edit the duty
staff-duty-new = New duty
staff-duty-who-serves = Municipality that answers for all
staff-duty-people = On duty
staff-duty-no-people = No people to choose.
staff-duty-save = Save the duty
staff-duty-cancel = Cancel the duty
staff-duty-cancel-sure = If the duty is cancelled, those on duty lose their access at once.

## The audit log
staff-audit-intro = Who saw what, when and why. Looking here is written down too.
staff-audit-subject = About whom or what, for instance contact/… or person/…
staff-audit-show = Show
staff-audit-when = When
staff-audit-who = Who
staff-audit-what = What
staff-audit-why = Why
staff-audit-more = Show more
staff-audit-none = No entries in that time.
staff-erase-title = Erase a citizen’s texts
staff-erase-intro = Everything the citizen wrote in the contact is erased. What happened, without texts, remains. It cannot be undone.
staff-erase-contact = Number of the contact
staff-erase-do = Erase the texts
staff-erase-sure = Yes, erase them now
staff-erase-done = The texts have been erased. The receipt stands below.
staff-receipts-title = Receipts
