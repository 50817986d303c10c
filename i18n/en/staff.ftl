### The staff application.

## The frame around the work

staff-title-page = { $page } · Straks
staff-title-unread = ({ $n }) { $page } · Straks
staff-skip = Skip to content
staff-mark-label = Straks, to the desk
staff-rail-label = Work areas
staff-page-desk = Desk
staff-page-inbox = Hand-overs
staff-page-knowledge = Knowledge
staff-page-directory = Directory
staff-page-duty = Duty list
staff-page-calls = Calls
staff-page-logins = My sign-ins
staff-page-privacy = Audit log
staff-page-workshop = Workshop
staff-duty-until = On duty until { $time }
staff-duty-now = On duty
staff-duty-serving = { $municipality } answers for
staff-duty-none = No duty for others right now
staff-duty-ending =
    { $minutes ->
        [one] The duty ends in 1 minute.
       *[other] The duty ends in { $minutes } minutes.
    }
staff-duty-ending-do =
    { $n ->
        [0] You get no new offers.
        [one] You get no new offers. Finish your conversation or hand it over.
       *[other] You get no new offers. Finish your { $n } conversations or hand them over.
    }
staff-find-button = Search knowledge, people, departments or topics
staff-loading = Loading …
staff-try-again = Try again
staff-close = Close
staff-cancel = Cancel
staff-clear = Clear
staff-show = Show
staff-hide = Hide
staff-send = Send
staff-on = On
staff-off = Off
staff-date = Date
staff-time = Time
staff-you = You
staff-municipality = Municipality
staff-unknown-municipality = Municipality not known
staff-anonymous = Anonymous
staff-the-citizen = The citizen
staff-in-english = in English
staff-channel-chat = Chat
staff-channel-call = Call
staff-unreachable-now = We get no answer right now. Nothing is lost. Try again in a moment.
staff-unreachable-trying = We get no answer right now and are trying again …
staff-unread-count = { $n } unread

## The connection

staff-link-open = Connected
staff-link-open-slow = Connected, slowly
staff-link-polling = The network blocks the fast connection. We fetch news every other second.
staff-link-connecting = Connecting …
staff-link-retrying = Reconnecting, attempt { $n }
staff-link-cut = Cut off. Offers go to others
staff-link-back = Connected again
staff-link-away-since = The connection has been gone since { $time }.
staff-link-away-kept = What you write is kept here and sent when it is back.
staff-link-lost-announced = The connection is lost. What you write is kept.

## Presence

staff-presence-label = Presence
staff-presence-button = { $name }, { $municipality }:
staff-presence-ready = Ready
staff-presence-break = Break
staff-presence-busy = Busy
staff-presence-offline = Off duty
staff-presence-load = { $n } of { $total } chats in use
staff-presence-must-finish =
    { $n ->
        [one] 1 conversation must be finished
       *[other] { $n } conversations must be finished
    }
staff-presence-reason = Reason that colleagues can see
staff-presence-back = Back at
staff-presence-back-at = back at { $time }
staff-presence-set = Set to { $state }
staff-sound-switch = Sound for offers

## Signing in

staff-login-title = Sign in
staff-login-intro = Sign in to answer citizens.
staff-login-name = User name
staff-login-password = Password
staff-login-enter = Sign in
staff-login-busy = Signing in …
staff-login-leave = Sign out
staff-login-wrong = The user name or password does not fit. Try again.
staff-login-too-often =
    { $minutes ->
        [one] Too many tries. Wait 1 minute and try again.
       *[other] Too many tries. Wait { $minutes } minutes and try again.
    }
staff-login-demo-title = Try it as one of these
staff-login-demo-intro = This is a demonstration. Choose a person to sign in.

## Roles

staff-role-agent = Agent
staff-role-department-coordinator = Coordinator
staff-role-editor = Editor
staff-role-reviewer = Reviewer
staff-role-duty-planner = Duty planner
staff-role-leader = Leader
staff-role-security-officer = Security officer
staff-role-municipality-administrator = Municipality administrator
staff-role-consortium-administrator = Consortium administrator
staff-role-wallboard = Wallboard

## Offers

staff-offer-label = Offer: { $channel } from { $municipality }
staff-offer-announced = Offer: { $channel }, { $municipality }, { $title }, F2
staff-offer-waited = waited { $time }
staff-offer-left =
    { $n ->
        [one] 1 second left
       *[other] { $n } seconds left
    }
staff-offer-seconds = { $n } seconds
staff-offer-take = Take { $channel }
staff-offer-back = Send back
staff-offer-back-title = Back to its place in the queue
staff-offer-gone-label = The offer is gone
staff-offer-taken = A colleague took it
staff-offer-lapsed = Back in its place in the queue
staff-offer-withdrawn = The offer was withdrawn
staff-offer-pause = Put me on a break
staff-offer-stay = I am here

## The desk

staff-desk-left-label = Queue and my conversations
staff-pane-list = Queue
staff-pane-talk = Conversation
staff-desk-mine = My conversations
staff-desk-mine-none = None yet. When you are ready, the next comes by itself.
staff-desk-queue = In the queue now
staff-desk-longest = longest { $time }
staff-desk-longest-head = Longest
staff-desk-waiting = Waiting
staff-desk-team = On duty
staff-desk-nobody-waits = Nobody is waiting
staff-desk-nobody-waits-do = The next contact is offered to you here. Take it with F2.
staff-desk-none-open = You have no open conversations
staff-desk-none-open-wait = Set yourself to Ready to get the next one in the queue.
staff-row-writing = Writing now …
staff-row-handing-over = You are handing over
staff-row-ended = The conversation is over
staff-row-no-text = No messages yet
staff-row-you = You: { $text }
staff-row-waited = Waiting for an answer for 
staff-team-you = { $name } (you)
staff-team-load = { $n } of { $total } chats
staff-team-in-call = in a call
staff-team-since = { $state } since { $time }
staff-team-back = { $state } until { $time }
staff-team-ready = ready { $time }
staff-room-title = Duty chat
staff-room-empty = This is where you write together on duty. Citizens cannot see it. Do not write about single citizens.
staff-room-write = Write to your colleagues
staff-others-announced =
    { $count ->
        [one] 1 new message
       *[other] { $count } new messages
    } in { $total ->
        [one] 1 conversation
       *[other] { $total } conversations
    }
staff-chosen-announced = { $municipality }, { $name }, { $title }

## The conversation

staff-band-say = You answer for { $municipality }
staff-band-grant = This conversation only, until { $time }
staff-unknown-say = Answer with the common text only
staff-unknown-title = Municipality not known
staff-unknown-do = You can answer with the common text. Local facts are shown when the municipality is chosen.
staff-talk-no-topic = No topic
staff-talk-over = The conversation is over
staff-talk-waited = waited { $time }
staff-talk-lasted = conversation { $time }
staff-talk-transfers =
    { $n ->
        [one] 1 transfer
       *[other] { $n } transfers
    }
staff-trail-title = Before the contact
staff-trail-before = Before { $name } wrote
staff-trail-summary =
    { $n ->
        [one] 1 step
       *[other] { $n } steps
    } in { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    }
staff-trail-searched = Searched
staff-trail-read = Read
staff-trail-guide = Question guide:
staff-trail-page = Saw the page
staff-trail-found =
    { $n ->
        [0] nothing found
       *[other] { $n } found
    }
staff-log-label = Conversation with { $name }
staff-note-internal = colleagues only
staff-mark-read = read
staff-mark-delivered = delivered
staff-mark-sending = sending …
staff-mark-unsent = not sent
staff-is-writing = is writing …
staff-text-erased = The text has been erased
staff-masked-number = Number hidden
staff-masked-sent = A number in your message was hidden before it was stored.
staff-warn-cpr = This looks like a CPR number. Do not write it in the chat. It will be hidden if you send it.
staff-warn-card = This looks like a card number. It will be hidden if you send it.
staff-unsent-title = The message was not sent.
staff-unsent-text = { $name } has not seen it.
staff-unsent-again = Send again
staff-unsent-edit = Edit it
staff-composer-as = You answer as { $municipality }
staff-composer-as-unknown = You answer without knowing the municipality: common text only
staff-composer-placeholder = Write to the citizen
staff-composer-remove-source = Remove the source
staff-composer-insert = Answer from knowledge
staff-composer-send-as = Send as { $municipality }
staff-composer-left = { $n } characters left
staff-locked-title = You can no longer see the conversation for { $municipality }.
staff-locked-reach-ended = Your access has ended. Somebody else helps the citizen on. Your draft has been removed from this browser.
staff-locked-announced = Access to a conversation for { $municipality } has ended.
staff-locked-dismiss = Close this

## Who can finish

staff-competence-general = General
staff-competence-local = Local
staff-competence-case = Needs a case
staff-competence-other = Other authority
staff-competence-urgent = Urgent
staff-advice-general = Anyone can finish it.
staff-advice-local = You can finish it with the municipality’s own facts.
staff-advice-case = Guide now and hand over to the department.
staff-advice-other = Tell who does it and how to reach them.

## Knowledge

staff-know-search = Search knowledge
staff-know-from-words = Searched from what { $name } writes
staff-know-by-topic = Searched from the topic
staff-know-by-nothing = Choose the topic, or search
staff-know-own-words = Searched with your words
staff-know-answer-for = Answer for
staff-know-hits = Knowledge
staff-know-others = Other results
staff-know-none-open = Knowledge is shown here when a conversation is open.
staff-know-searching = Searching …
staff-know-none = No article about “{ $query }”. Try another word, or hand over to the department.
staff-know-not-usable = Guide now, and hand the rest over to the municipality.
staff-know-only = Only for { $municipality }
staff-know-common = Common to all municipalities
staff-know-authority = Who does it
staff-know-stale = Out of date
staff-know-reviewed = Reviewed { $date }.
staff-know-insert = Insert answer
staff-know-link-only = Link only
staff-know-see-as-citizen = See as citizen
staff-know-refused = Cannot be inserted
staff-know-refused-why = The text has the facts of another municipality than the one { $name } belongs to.
staff-know-show-own = Show the right ones
staff-know-others-take-over = Should others take over?
staff-guide-walk = Walk the guide
staff-guide-left =
    { $n ->
        [one] At most 1 question left
       *[other] At most { $n } questions left
    }
staff-guide-end = The answer
staff-guide-so-far = Answers so far
staff-guide-by-citizen = the citizen’s answer
staff-trail-by-agent = answered by us
staff-guide-change = change the answer
staff-guide-ways = Ways on
staff-guide-person = A person
staff-guide-ask = Ask the citizen

## Transfer

staff-transfer-title = Transfer
staff-transfer-short = Transfer

## Hand-over

staff-errand-title = Hand over with a deadline
staff-errand-short = Hand over
staff-errand-not-by-itself = Not saved by itself
staff-errand-receiver = Receiver
staff-errand-receiver-in = Receiver in { $municipality }
staff-errand-missing = What the citizen needs
staff-errand-missing-hint = Write it so that the department can answer without asking again.
staff-errand-deadline = Deadline for the answer to the citizen
staff-errand-other-deadline = Another deadline
staff-errand-reply = The answer comes
staff-reply-telephone = By telephone
staff-reply-email = By e-mail
staff-reply-status-page = Status page
staff-errand-phone = Telephone
staff-errand-email = E-mail
staff-errand-told = { $name } gets this message:
staff-errand-promise-phone = { $department } calls you no later than { $when }. You need not do more.
staff-errand-promise-email = { $department } writes to you no later than { $when }. You need not do more.
staff-errand-promise-status = { $department } answers on your status page no later than { $when }.
staff-errand-whole-story = The whole conversation goes with it
staff-errand-submit-to = Hand over to { $municipality }
staff-errand-done = Handed over to { $department }.
staff-errand-done-deadline = The citizen has been told that the answer comes no later than { $when }.
staff-errand-status-page = The citizen’s status page
staff-errand-back-to-chat = Back to the chat
staff-errand-needs-department = Choose a receiver.
staff-errand-needs-deadline = Choose a deadline that has not passed.
staff-errand-needs-note = Write what the citizen needs.
staff-errand-needs-phone = Write a telephone number of at least eight digits.
staff-errand-needs-email = Write an e-mail address such as name@example.dk.

## Wrap-up

staff-wrap-title = Wrap up
staff-wrap-short = Wrap up
staff-wrap-correct-title = Correct the registration
staff-wrap-correct = Correct
staff-wrap-topic = Topic
staff-wrap-outcome = Outcome
staff-wrap-suggested = Suggested
staff-wrap-other-topic = Another topic
staff-wrap-search-topic = Search a topic
staff-wrap-saves-in = Saved in { $n } s
staff-wrap-stop = Stop the clock
staff-wrap-save = Save and go on
staff-wrap-hint = Can be corrected for ten minutes
staff-wrap-unsent = A message has not been sent yet. Send or edit it before you wrap up.
staff-outcome-clarified-at-once = Clarified at once
staff-outcome-handed-over = Handed over
staff-outcome-other-authority = Referred to another authority
staff-outcome-misdirected = Misdirected
staff-outcome-citizen-left = The citizen left

## The department’s inbox

staff-inbox-somebody = A colleague
staff-inbox-overdue-count = { $n } overdue

## Duty

staff-duty-problem-gap = Nobody is on duty

## Search across everything

staff-palette-title = Search everything
staff-palette-do = With the conversation
staff-palette-go = Go to
staff-palette-nothing = Nothing fits. Try another word.

## Keys

staff-help-title = Keys
staff-help-focus = An offer never moves the cursor. Single letters work only in the wrap-up.
staff-key-take = take the offer
staff-key-send-back = send it back
staff-key-conversation = my conversation number …
staff-key-insert = insert the open answer
staff-key-send = send; hand over; transfer
staff-key-search = search everything
staff-key-next-pane = next pane
staff-key-previous-pane = previous pane
staff-key-transfer = transfer or hand over
staff-key-wrap-up = end and wrap up
staff-key-topic = topic, in the wrap-up
staff-key-outcome = outcome, in the wrap-up
staff-key-confirm = confirm in dialog and wrap-up
staff-key-close = close; a draft stays
staff-key-arrows = lists, tabs and choices
staff-key-help = this list

## Instants

staff-at-clock = { $time }
staff-when-today = today at { $time }
staff-when-tomorrow = tomorrow, { $day }, at { $time }
staff-when-yesterday = yesterday at { $time }
staff-when-day = { $day } at { $time }
staff-span-minutes = { $minutes } min
staff-span-hours = { $hours } h { $minutes } min
staff-span-days =
    { $days ->
        [one] 1 day
       *[other] { $days } days
    }
staff-span-ahead = in { $span }
staff-span-ago = { $span } ago

## What happened in the conversation, as the agent sees it

staff-notice-queued = The citizen joined the queue.
staff-notice-evening-duty = The citizen was told that { $answering } answers now.
staff-notice-accepted = { $name } took the conversation.
staff-notice-transferred = Transferred to { $to }.
staff-notice-handed-over = Handed over to { $department }, answer no later than { $deadline }.
staff-notice-promise-moved = The deadline was moved to { $deadline }. The citizen has been told.
staff-notice-released = The conversation went back to its place in the queue.
staff-notice-ended-by-citizen = The citizen ended it.
staff-notice-ended-by-agent = The conversation was ended.
staff-notice-abandoned = The citizen left before anyone answered.
staff-notice-reopened = The conversation is open again.
