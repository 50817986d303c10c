### The citizen's pages. *Words* between stars are shown bold.

## Frame of every page
straks = Straks
skip = Skip to content
menu = Main menu
menu-topics = All topics
menu-contact = Contact
other-language = Dansk
page-title = { $page } · { $municipality }
demo-note = This is a demonstration. Addresses, opening hours and telephone numbers are invented.
foot-urgent = Urgent help
foot-danger = Life in danger
foot-police = Police
foot-doctor = Out-of-hours doctor
foot-social = Social emergency duty
foot-elsewhere = Do you live in another municipality?
foot-accessibility = Accessibility
foot-privacy = How we look after your information
foot-trail = What we remember of your visit
foot-about = { $consortium }. { $members } help each other's residents in the evening.
and = { $before } and { $last }
home = Home
breadcrumb = You are here
external = opens another site

## Times in words
clock = { $time }
span = { $from }–{ $to }
today-at = today at { $time }
tonight-at = tonight at { $time }
tomorrow-at = tomorrow at { $time }
date-at = { $date } at { $time }
date-weekday = { $weekday } { $day } { $month }
date-full = { $day } { $month } { $year }
weekday = { $n ->
    [one] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[other] Sunday
}
month = { $n ->
    [one] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[other] December
}
days-to = { $from } to { $to }
always-open = Open round the clock

## Status strip
strip = Opening hours right now
strip-open-until = Open now until { $until }
strip-open = Open now
strip-closing = Closing soon, { $until }
strip-closed = Closed now
strip-opens = We open again *{ $when }*
strip-fault = We cannot see the queue right now. Write to us and we will answer.
wait = Waiting time { $range }
wait-under-1 = under 1 min.
wait-from-1-to-3 = 1–3 min.
wait-from-3-to-5 = 3–5 min.
wait-from-5-to-10 = 5–10 min.
wait-from-10-to-20 = 10–20 min.
wait-over-20 = over 20 min.
answering-tonight = *{ $answering }* answers for { $municipality } tonight
answering-now = *{ $answering }* answers for { $municipality } right now

## Choosing a municipality
pick-title = Which municipality do you live in?
pick-lead = We help residents of all the municipalities. Choose yours, so the answers fit you.
pick-open = Open now
pick-closed = Closed now

## Home
home-title = How can we help?
home-lead = Write it the way you would say it.
home-hint = For example
home-or = or
home-frequent = What most people ask about now
home-common = Good places to start
home-all = See all topics
home-guides = Not sure where to begin?
home-guides-lead = Answer a few questions and we will find what fits you.
english-note = Most of our answers are in Danish. At the top of each page there is a short summary in English.

## Search
search = Search
search-label = Search for answers
search-title = Search
search-best = The best match
search-count = { $n ->
    [0] No answers
    [one] 1 answer
   *[other] { $n } answers
} for “{ $query }”
search-empty-title = What would you like to know?
search-empty = Write a few words, for instance what you would say on the telephone.
search-others = Other answers
search-short = Short answer
search-more = Read the whole answer
search-read = Checked { $date } by { $owner }
search-guide-offer = Unsure what to do?
search-guide-start = Start the guide
search-guide-most = { $n ->
    [one] There is at most 1 question.
   *[other] There are at most { $n } questions.
}
search-masked = We have hidden something that looks like a CPR number. You do not need it to search.
search-too-long = The search is too long. We used the first { $limit } characters.
search-again = Search again with one word
search-again-lead = Try for instance
search-suggestions = Answers while you type
search-live = { $n ->
    [0] No answers yet. Write on, or ask us.
    [one] 1 answer.
   *[other] { $n } answers.
}
search-offline = No connection. Press Search to try again.
none-title = You cannot ask the wrong thing
none-lead = We have no certain answer to this yet, and we do not guess.
none-perhaps = Could it be one of these?
none-ways = Ask us, and we will find who knows
none-ways-lead = If you chat, we have your question: *“{ $query }”*
kind-article = Answer
kind-guide = Guide
kind-referral = Another authority
kind-department = Department
kind-page = From the municipality's own site
urgent-tag = Urgent

## Article and referral
article-short = In short
article-local = How it is in { $municipality }
article-local-tag = Only applies here
article-self = Self-service. You leave the site of { $municipality }.
article-on-page = On this page
article-checked = Checked *{ $date }*. We check again by { $next }.
article-owner = Common text: { $owner }.
article-local-owner = Local part: { $department } in { $municipality }.
article-figures = Amounts and deadlines are from { $year }.
article-rules = The rules are in { $rules }.
article-related = Read also
article-english = Short summary in English
article-urgent = This cannot always wait
article-urgent-lead = If life is in danger, call 112. If you are in doubt, ask us.
article-authority = { $authority } helps with this
article-authority-lead = The municipality does not decide this, but we are happy to help you on.
article-authority-go = Go to { $authority }
article-ask = Ask about this
article-ask-lead = If you chat, we know what it is about. You do not have to explain it again.
article-stale = The common text has just changed. The local part is being checked.

## Did it help?
helped = Did this help?
helped-yes = Yes
helped-no = No
helped-thanks = Thank you. It helps us make the answers better.
helped-sorry = We are sorry. What was missing?
helped-why-incomplete = Something was missing
helped-why-hard-to-read = It was hard to understand
helped-why-wrong-page = It was about something else
helped-why-link-broken = A link did not work
helped-send = Send
helped-person = Would you rather talk to someone?
helped-noted = Thank you. We will use it to improve the answer.
helped-back = Back to the answer

## Guides
guide-back = Back to the previous question
guide-step = Question { $n }. { $count ->
    [0] It is the last one.
    [one] At most 1 more.
   *[other] At most { $count } more.
}
guide-next = Next
guide-talk = Talk to us instead. We bring your answers along.
guide-so-far = Your answers
guide-change = Change
guide-kept = We only use your answers to help you here. They come along if you chat with us.
guide-choose = Choose an answer and we will go on.
guide-fault = You have not chosen an answer
guide-shorter = One of your answers no longer applies. Choose again from here.
guide-lost = The guide has been changed since you began. Please start again here. It is the same few questions.
guide-expired = This applied until { $day }. Talk to us to learn what applies now.
guide-end = What to do
guide-ways = Go on from here
guide-read = Read: { $title }
guide-department = Contact { $department }
guide-person = Talk to a person
guide-restart = Start again
guide-doubt = Still in doubt?
guide-doubt-lead = If you chat, we have your answers.

## Topics
topics-title = All topics
topics-lead = Find the answer by area, or search.
topics-count = { $n ->
    [one] 1 topic
   *[other] { $n } topics
}
topics-none = { $municipality } has no articles here yet. You can always ask us.
## Ways to a person
ways-title = Talk to a person
ways-lead = You cannot ask the wrong place. We find the one who knows.
ways-search-title = Rather talk to someone?
ways-search-lead = If you chat, we have your search. You do not have to explain it again.
way-call = Call { $phone }
way-call-to = to { $department }
way-open-until = Open until { $until }
way-chat = Chat
way-chat-lead = Write with us here
way-chat-go-on = Go on with your chat
way-chat-waiting = You have a conversation open
way-wait = Wait
way-message = Leave a message
way-message-lead = Answer by { $when }
way-message-lead-any = You get an answer with a deadline
way-departments = Call a department directly

## Contact
contact-title = Contact
contact-vow = Every department answers the telephone in all its opening hours.
contact-vow-lead = Call directly. We never send you back to the main number.
contact-code = Were you given a code on the telephone?
contact-departments = Departments
contact-find = Find a department
contact-find-hint = Write a name or a topic, for instance home care
contact-found = { $n ->
    [0] No department fits. Here they all are.
    [one] 1 department fits.
   *[other] { $n } departments fit.
}
contact-show-all = Show all departments
contact-now = It is { $time }. Until { $until } the evening duty from { $answering } answers the chat, also for departments that have closed.
contact-open-now = The department answers now
contact-evening = The duty team answers now
contact-until = Open until { $until }
contact-opens = The department: { $when }
contact-closed = Closed now
contact-hotline = The duty line
contact-hours = Opening hours
contact-hours-note = Telephone and chat
contact-call-named = { $phone } to { $department }
contact-urgent = Can it not wait?
contact-danger-lead = Fire, accident or acute illness
contact-doctor-lead = When your own doctor is closed
contact-social-lead = If a child or an adult is in danger, or you have nowhere to sleep
contact-police-lead = When life is not in danger
department-address = Address
department-email = E-mail
department-email-note = Do not write a CPR number in an ordinary e-mail.
department-promise = Answer to messages
department-promise-by = If you write now, you get an answer by { $when }.
department-chat = Chat about it
department-numbers = Direct numbers
department-topics = The department's topics
department-closed-days = Closing days

## Leave a message
message-title = Leave a message
message-closed-title = We are closed, but you can still get an answer
message-closed-lead = Leave a message now and we will answer. Or search for the answer right away.
message-lead = Write what it is about. The right department will answer you.
message-promise = You will have an answer by { $when }.
message-promise-lead = If we cannot make it, we tell you before the deadline has passed.
message-text = How can we help?
message-text-hint = Do not write a CPR number. We can help you without it.
message-department = Who should answer?
message-department-any = I do not know. Find the right one for me.
message-reply = How should we answer?
message-by-phone = Call me
message-by-email = Send an e-mail
message-by-page = On a secret page that only you can find
message-by-page-hint = You give no name, telephone or e-mail. You get a link to keep.
message-phone = Your telephone number
message-phone-hint = Only if we are to call. Outside Denmark: begin with + and the country code.
message-email = Your e-mail address
message-email-hint = Only if we are to write.
message-send = Send the message
message-send-note = You get a receipt on the screen right away.
message-open-now = We are open right now
message-open-now-lead = You can have an answer right away in the chat. Or leave a message here.
message-open-chat = Start a chat
errors = Something needs to be corrected
fault-reply = Choose how we should answer.
fault-phone = The telephone number must have 8 digits, or begin with + and the country code.
fault-email = The e-mail address does not look right. It must have an @.
fault-text-empty = Write how we can help.
fault-too-long = The text is too long. There is room for { $limit } characters. Nothing is lost: what you wrote is still here.

## Status page of a message
status-title = Your message
status-sent = Thank you. We have your message.
status-waiting = Waiting for an answer
status-taken = Someone is working on it
status-answered = You have been answered
status-done = Done
status-promise = You will have an answer by *{ $when }*.
status-overdue = We did not make the deadline. We are sorry. Your message is not forgotten.
status-moved = The deadline has been moved. It is now *{ $when }*.
status-with = With { $department } in { $municipality }
status-reply-telephone = We will call you.
status-reply-email = We will write to your e-mail.
status-reply-page = The answer will appear on this page.
status-answer = The answer
status-keep = Keep the address of this page. It is yours alone and the only way back.
status-refresh = Check for an answer again
status-yours = What you wrote

## Chat
chat-title = Chat
chat-code-title = Write while we talk
chat-code-lead = You are talking with us on the telephone. With the code from our colleague you can also write here, for instance a name that is hard to spell.
chat-code = The code
chat-code-hint = Six digits. Our colleague says them to you.
chat-code-go = Open the conversation
chat-start-title = Chat with us
chat-start-lead = You write with a person. You do not have to log in.
chat-question = What would you like to ask?
chat-question-hint = Do not write a CPR number or anything about health. We can help you without it.
chat-name = Your first name
chat-name-hint = You do not have to.
chat-begin = Start the chat
chat-trail = What we bring along to the agent
chat-trail-lead = So you need not explain again. You can remove what you do not want to share.
chat-trail-none = We bring nothing but what you write.
chat-remove = Remove
chat-remove-what = Remove: { $what }
chat-remove-all = Remove everything
chat-helps = Helps { $municipality }
chat-in-line = You are number
chat-in-line-rest = in line.
chat-in-line-wait = in line. It is your turn in { $range }.
chat-looking = We are finding someone to help you. You are welcome to write meanwhile.
chat-waiting-title = You are in line
chat-leave-line = Leave the line
chat-end = End
chat-leave-sure = Do you want to leave the line? You will lose your place.
chat-leave-yes = Yes, leave the line
chat-end-sure = Do you want to end the conversation? You can write to us again afterwards.
chat-end-yes = Yes, end it
chat-ended-title = The conversation has ended
chat-log = The conversation
chat-you = You
chat-by = { $name }, { $clock }
chat-erased = The text has been erased.
chat-write = Write a message
chat-write-hint = Enter sends. Shift and Enter make a new line.
chat-write-tip = Do not write a CPR number or anything about health.
chat-send = Send
chat-refresh = Get new messages
chat-typing = { $name } is writing …
chat-reconnecting = No connection. Trying again …
chat-not-sent = Not sent yet
chat-sending = Sending …
chat-sent = Sent
chat-read = Read
chat-refused = It was not sent: { $why }
chat-cpr-title = That looks like a CPR number
chat-cpr = We hide it before it is saved. We can help you without it.
chat-masked = We have hidden what looks like a CPR or card number.
chat-idle-title = Are you still there?
chat-idle = Nothing has been written for a while. The conversation ends in { $minutes } minutes if you have left.
chat-idle-stay = Yes, I am here
chat-article = Article
chat-article-read = Read the article
chat-rate = Did you get help?
chat-rate-yes = Yes
chat-rate-partly = A little
chat-rate-no = No
chat-rate-thanks = Thank you for your answer.
chat-save = Save the conversation as a file
chat-again = Write to us again
chat-kept = The text is deleted after { $days } days at the latest.
chat-topic = About: { $topic }
transcript-title = Chat with { $municipality }
transcript-name = chat-{ $date }.txt

## What we remember
trail-title = What we remember of your visit
trail-lead = For 24 hours we remember what you searched and read here, so you need not explain again if you contact us. We do not know who you are.
trail-none = We remember nothing of your visit.
trail-removed = It has been removed.
trail-search = Searched: { $what }
trail-article = Read: { $what }
trail-guide = Guide: { $what }
trail-page = Saw: { $what }

## Privacy
privacy-title = How we look after your information
privacy-lead = You need not log in and need not say who you are to get an answer.
privacy-cpr = CPR numbers
privacy-cpr-text = If you write a CPR number or a card number, we hide the whole number before it is saved. We never ask for it in the chat.
privacy-visit = Your visit
privacy-visit-text = For 24 hours we remember what you searched and read. You can see it and remove it.
privacy-chat = Chat and messages
privacy-chat-text = What you write is deleted after { $days } days at the latest. If we have promised you an answer, we keep it until you have it. After that we only know what it was about, not who you are or what you wrote.
privacy-calls = Telephone
privacy-calls-text = If you call us, we keep your number and the message you leave on the answering machine for just as long. If you are cut off, we can recognise your number so you get your place in line back. If we agree to call you back, we use the number for that.
privacy-calls-recorded = We only record a conversation if you say yes. The recording is deleted after { $days } days at the latest.
privacy-calls-not-recorded = We do not record conversations.
privacy-who = Who can see it?
privacy-who-text = Only staff in { $municipality } and the municipality on duty for us, while it is on duty. Each time someone looks at a contact, we note it.
privacy-cookies = Cookies
privacy-cookies-text = We only use the cookies the site needs: a random code so you find your chat again (24 hours), and your choice of language. No one else can read them, and we do not track you.
privacy-rights = Your rights
privacy-rights-text = You can learn what we hold about you and have it deleted. Contact { $department } in { $municipality }. You can complain to the Danish Data Protection Agency.
privacy-see = See what we remember

## Accessibility
accessibility-title = Accessibility
accessibility-lead = Everyone should be able to use the site: by keyboard, with a screen reader, magnified, on a telephone and without JavaScript.
accessibility-goal = What we aim for
accessibility-goal-text = The site is built to WCAG 2.2, level AA. Colours follow your screen, light or dark.
accessibility-tested = How we tested it
accessibility-tested-text = Every page is checked by a program at every change, and we go through it by keyboard. It has not yet been reviewed by screen reader users. That will be stated here once it has happened.
accessibility-known = What we know is missing
accessibility-known-text = Most answers exist in Danish only, with a summary in English. We do not yet have calls with real-time text.
accessibility-tell = Does something not work?
accessibility-tell-text = Tell us in a chat or a message. We will help you right away and correct the fault.

## Problem pages
problem-page-back = Go to the home page

## On a municipality's own site
embed-open = Get help
embed-close = Close help
embed-title = Help from { $municipality }
embed-window = Open in a new window
embed-start = Front page
embed-about = About what you are reading
embed-blocked-title = The chat needs a window of its own
embed-blocked = Your browser remembers nothing for us on this page, so the conversation would be lost. What you have written goes with you to the new window.
embed-blocked-go = Continue in a new window
