### The knowledge workshop: what editors and reviewers see.
workshop-title = Knowledge workshop

## Texts, tasks and the editor (ws-)
ws-tabs = The workshop’s tabs
ws-tab-texts = Texts
ws-tab-tasks = Tasks
ws-tab-guides = Question guides
ws-tab-areas = Areas
ws-tab-bulk = Change everywhere
ws-tab-words = Search words
ws-tab-improvements = Improvements
ws-tab-imports = In and out
ws-loading = Loading …
ws-not-loaded = The page could not be loaded. Try again in a moment.
ws-removes = When the draft is published, citizens no longer see the text.
ws-variants = Local variants
ws-what-expired = Expired
ws-what-removed = Removed
ws-why-master-gone = The common text was removed. The variant is no longer shown.
ws-why-master-changed = The common text has changed in a part that the municipality has written itself.
ws-why-review-overdue = The text should have been reviewed.
ws-why-review-soon = The text is soon due for review.
ws-why-check-failed = The draft could not be published on time. The check found errors.
ws-why-bulk-outdated = The change { $query } will not go out at its time, because a text has changed. Look through it again.
ws-again = Try again
ws-cancel = Cancel
ws-close = Close
ws-choose = Choose …
ws-make = Create
ws-none = None
ws-common = Common
ws-common-text = The common text
ws-version = Version { $version }
ws-overdue = Overdue
ws-error = Error
ws-warning = Warning
ws-citizen = Citizen
ws-agent = Member of staff
ws-to-list = To the list
ws-texts = Texts
ws-search-texts = Find a text by title or topic
ws-all-areas = All areas
ws-common-and-own = Common and own
ws-all-texts = Common and all local
ws-common-only = Common only
ws-whose = Whose text
ws-ours = Only { $municipality }
ws-states = Show only
ws-state = State
ws-state-draft = Drafts
ws-state-review = Awaiting approval
ws-state-stale = Outdated variants
ws-state-overdue = Review overdue
ws-state-english = Missing English
ws-state-expiring = Expiring
ws-state-removed = Removed
ws-tag-stale = Outdated
ws-tag-removes = Being removed
ws-tag-english = No English
ws-tag-expires = Expires { $when }
ws-count =
    { $n ->
        [one] 1 text
       *[other] { $n } texts
    }
ws-none-found = No text matches what you have chosen.
ws-new-article = New article
ws-new-article-why = An article is common to all municipalities. Each can add its own afterwards.
ws-new-variant = New local variant
ws-new-variant-why = A local variant replaces or adds single parts. The rest follows the common text.
ws-kind = Kind
ws-kind-article = Article
ws-kind-referral = Referral
ws-kind-guide = Question guide
ws-kind-variant = Local variant
ws-kind-branches = Local branches
ws-untitled = Untitled
ws-phase-editing = Draft
ws-phase-in-review = Awaiting approval
ws-phase-approved = Approved
ws-phase-scheduled = Scheduled
ws-master-line = Common version { $version }, owned by { $municipality }
ws-variant-line = local version { $version }
ws-variant-none = { $municipality } has no published variant yet
ws-draft-by = draft by { $name }
ws-unchanged = No changes
ws-unsaved = Not saved yet
ws-saving = Saving …
ws-saved-at = Saved at { $time }
ws-offline = No connection. Your text is kept on this computer and is saved when the connection is back.
ws-not-saved = The draft was not saved.
ws-kept-here = Your text is kept on this computer.
ws-not-saved-yet = The draft is not saved yet. Wait for the connection and try again.
ws-changed-meanwhile = The text has changed meanwhile. Look it through, and press again.
ws-recovered = We have taken up the text that was kept on this computer and had not been saved.
ws-scheduled-for = Will be published { $when }
ws-see-as-citizen = View as: { $municipality }, citizen
ws-see-as-agent = View as: { $municipality }, staff
ws-versions = Versions
ws-save = Save draft
ws-drop = Discard draft
ws-drop-why = The draft disappears for everybody working on it. The published text stays.
ws-submit = Send for approval
ws-submit-variant = Send variant for approval
ws-submit-why = Somebody else reads and approves the text before citizens see it.
ws-approve = Approve
ws-approve-why = You vouch for the text. It can then be published.
ws-return = Send back
ws-return-why = The draft goes back to whoever wrote it.
ws-take-home = Edit again
ws-publish-now = Publish now
ws-publish-at = Publish on …
ws-publish-why = The text becomes the common text of all municipalities at once. Those who have written one of the changed parts themselves get a task.
ws-publish-why-local = The municipality’s citizens see the text at once.
ws-schedule-why = The text is published by itself at the time you choose.
ws-reviewer = Who is to approve
ws-reviewer-any = Anyone who can
ws-note = Message (optional)
ws-note-return = What needs to be changed
ws-note-said = Message:
ws-day = Day
ws-time = Time
ws-expires = Expires (optional)
ws-expires-why = From that day citizens no longer see the text.
ws-done-submit = Sent for approval.
ws-done-approve = Approved.
ws-done-return = Sent back.
ws-done-publish = Published. Citizens see the text now.
ws-done-schedule = Will be published { $when }.
ws-done-drop = The draft is discarded.
ws-done-restore = Version { $version } was brought back as a draft.
ws-done-take-back = Undone. The text is as it was before.
ws-take-back-restore = Undo
ws-done-remove = The text is removed. Citizens no longer see it.
ws-here = { $names } also has the text open.
ws-taken = Changes by { $name } at { $time } were taken in.
ws-taken-published = The text was published at { $time }. What you write is a new draft over it.
ws-taken-elsewhere = Changes made elsewhere at { $time } were taken in.
ws-imported = The text was imported from { $from } and cannot be edited here. You can write a local note in a variant.
ws-stale =
    { $n ->
        [one] The common text has changed. Your text “{ $parts }” builds on version { $version }.
       *[other] The common text has changed. { $n } of your parts build on version { $version }: { $parts }.
    }
ws-stale-why = Citizens in { $municipality } see no mixture of new and old text. Decide part by part.
ws-stale-go = Go to the place
ws-conflict = { $name } has also changed the text
ws-conflict-why = { $name } saved { $when } while you were writing. Both texts are here. Choose what is to stand, part by part.
ws-conflict-ended = The text changed while you were writing
ws-conflict-ended-why = The draft was published or thrown away while you were writing. Here are your text and the one that stands now. Choose what is to stand, part by part.
ws-conflict-own = The text was also changed elsewhere
ws-conflict-own-why = It was saved { $when } from another window or by a bulk change. Both texts are here. Choose what is to stand, part by part.
ws-conflict-rest = What was changed in one place only is joined already.
ws-conflict-kept = Nothing is lost. Your text is kept on this computer until you have chosen.
ws-conflict-show = See both texts
ws-conflict-go = Save my choices
ws-conflict-later = Choose later
ws-mine = My text
ws-theirs = Text by { $name }
ws-theirs-standing = The text as it stands
ws-theirs-own = Text changed elsewhere
ws-nothing-there = (nothing)
ws-no-text = There is no text yet.
ws-master-gone = The common text no longer exists. Nobody is shown the variant. Remove it, or wait until the common text stands again.
ws-text = The text
ws-beside = About the text
ws-common-of = Common to { $n } municipalities
ws-common-read-only = read-only here
ws-variant-of = Variant for { $municipality }
ws-own-variant = Variant for { $municipality }
ws-variant-begin = Begin a variant for { $municipality }
ws-remove-text = Remove the text …
ws-remove-title = Remove “{ $title }”?
ws-remove-when = Nothing happens yet. You get a draft, and the text goes only when you publish it.
ws-remove-when-approved = Nothing happens yet. You get a draft that somebody else must approve before the text goes.
ws-remove-citizens = Citizens
ws-remove-old = The search no longer finds the text. Whoever comes by an old link or bookmark is told that the page is not there, and can search from there.
ws-remove-falls-back = Citizens in { $municipality } see the common text instead, at the same address.
ws-remove-links = Links to it
ws-remove-links-why = In other texts the link becomes plain words. The check asks whoever edits them next to take it out.
ws-remove-no-variants = No municipality has a text of its own here.
ws-remove-variants =
    { $n ->
        [one] 1 municipality has its own text here. It is no longer shown either, and the municipality gets a task:
       *[other] { $n } municipalities have their own texts here. They are no longer shown either, and each gets a task:
    }
ws-remove-begin = Begin to remove the text
ws-remove-now = Remove the text now
ws-remove-at = Remove it on …
ws-remove-why = Citizens no longer see the text as soon as you press.
ws-remove-at-why = The text goes by itself at the time you choose.
ws-local-count =
    { $n ->
        [one] 1 part is local
       *[other] { $n } parts are local
    }
ws-as-common = As common
ws-as-common-low = as common
ws-replaces = Replaces
ws-replaces-stale = Replaces · outdated
ws-adds = Adds
ws-none-local = Nothing local
ws-changed-since = changed since version { $version }
ws-filled-locally = Filled in locally
ws-settle-common = Use the common text
ws-settle-keep = Keep mine, it is right
ws-settle-edit = Edit mine
ws-use-common = Use the common text
ws-replace = Write a local text
ws-replace-part = Write a local text instead of “{ $name }”
ws-take-back = Bring my text back
ws-part-gone = The part is no longer in the common text.
ws-part-new = New part
ws-part-local = Local
ws-part-add = Add a part
ws-part-add-local = Add a local part
ws-part-heading = The part’s heading
ws-part-id-why = The part’s name in addresses and variants. It does not change.
ws-part-removed = The part “{ $name }” was removed.
ws-part-put-back = Put “{ $name }” back
ws-part-moved = “{ $name }” is now number { $n }.
ws-removed-on = Removed { $when }
ws-removed-by = Removed { $when } by { $name }
ws-expired-on = Expired { $when }
ws-bring-back = Bring back
ws-bring-back-of = Bring back: { $title }
ws-removed-why = A removed text comes back as a draft. Citizens see it once it is published again.
ws-brought-back = The text is back as a draft.
ws-removed-none = There are no removed texts here that you can bring back.
ws-remove-part = Remove the part
ws-remove-part-named = Remove the part { $name }
ws-remove = Remove { $name }
ws-move-up = Move { $name } up
ws-move-down = Move { $name } down
ws-self-own = Set a local link
ws-s-answer = The answer
ws-s-parts = Parts
ws-s-lead = Where next
ws-s-words = Everyday words
ws-s-english = In English
ws-s-about = About the article
ws-f-title = Title
ws-f-title-en = Title in English
ws-f-summary = Short answer
ws-f-summary-en = The whole article in short, in English
ws-f-facts = Key facts
ws-f-facts-local = Local facts
ws-f-self-service = Self-service
ws-f-authority = Authority
ws-f-authority-phone = Telephone
ws-f-related = Related topics
ws-f-rules = Rules
ws-f-words = Everyday words
ws-f-words-en = Everyday words in English
ws-f-words-local = Local everyday words
ws-f-competence = Who can answer
ws-f-owner = Owned by
ws-f-department = Department
ws-f-area = Area
ws-f-reviewed = Last reviewed
ws-f-review = Next review
ws-f-figures-year = Year of the figures
ws-f-urgent = Always urgent for the citizen
ws-words-why = Write the words citizens use themselves. Search finds the text by them.
ws-one-a-line = One on each line
ws-related-help = The topic’s name in the address, one on each line
ws-missing-english = English is missing
ws-fact-row = Row { $n }
ws-fact-label = What
ws-fact-value = Answer
ws-fact-note = Applies to (optional)
ws-fact-add = Add a row
ws-key-ctrl = Ctrl+
ws-key-shift = Shift+
ws-bar = Formatting
ws-bar-for = Formatting of { $part }
ws-bar-bold = Bold
ws-bar-italic = Italic
ws-bar-link = Link
ws-bar-heading = Subheading
ws-bar-bullets = Bulleted list
ws-bar-numbers = Numbered list
ws-bar-indent = Indent
ws-bar-outdent = Outdent
ws-bar-quote = Quotation
ws-bar-table = Insert table
ws-bar-row-add = New row below
ws-bar-row-remove = Remove the row
ws-bar-column-add = New column after
ws-bar-column-remove = Remove the column
ws-bar-undo = Undo
ws-bar-redo = Redo
ws-paste-too-big = That was too much at once: a part holds at most 32,000 characters. Your text is as it was. Paste less at a time.
ws-paste-no-room = That was too much at once. The field has room for { $n } more characters, and nothing was pasted.
ws-paste-nothing = There was no text in what you pasted. An article has no pictures.
ws-link-title = Link
ws-link-search = Find a text in the knowledge base
ws-link-address = Address
ws-link-help = Begins with https:// or with topic: and a topic from here.
ws-link-words = Words to be the link
ws-link-put = Set link
ws-link-remove = Remove link
ws-link-label = The link’s words
ws-link-url = Web address
ws-plain = Plain language
ws-lix-goal = goal: { $goal } at most
ws-nobody = Nobody in particular
ws-lix-good = easy to read
ws-plain-good = We have no suggestions for the language.
ws-plain-later = Suggestions are shown when you have written something.
ws-write = Write:
ws-use = Use
ws-use-for = Use “{ $to }” instead of “{ $from }”
ws-hint-gone = The words are no longer there. The suggestions are renewed when the text is saved.
ws-more = Show { $n } more
ws-check = Check
ws-check-good = Nothing to correct.
ws-check-later = The text is checked when there is a draft.
ws-check-blocks =
    { $n ->
        [one] 1 error must be corrected before the text can go on.
       *[other] { $n } errors must be corrected before the text can go on.
    }
ws-review = Review
ws-review-last = Last
ws-review-next = Next
ws-review-owner = Owner
ws-review-by = Approved by
ws-review-overdue = The text should have been reviewed on { $day }.
ws-review-soon = The text is to be reviewed by { $day }.
ws-review-done = I have reviewed it
ws-done-reviewed = Set as reviewed today. The next review is { $day }. That holds once the draft is published.
ws-others = Other variants
ws-follows = follows { $version }
ws-builds-on = builds on { $version }
ws-preview = View as
ws-preview-in = In
ws-preview-as = As
ws-preview-frame = The page as the citizen will see it
ws-versions-none = The text has no versions yet.
ws-kept-texts = Texts that were left out
ws-kept-texts-why = They came too late or were not chosen. Here is what differs from the draft. They are kept for 90 days.
ws-version-only = There is only this one version yet.
ws-by-import = Imported
ws-compare = Compare
ws-compare-from = Compare from version { $version }
ws-restore = Bring back
ws-restore-of = Bring back version { $version }
ws-from = From
ws-to = To
ws-the-draft = The draft
ws-unchanged-too = Show what is unchanged too
ws-diff = Differences
ws-diff-none = The two are alike.
ws-diff-added = added:
ws-diff-removed = removed:
ws-tasks-intro = What has to be done about the texts, and who does it.
ws-tasks-which = Show
ws-tasks-mine = My tasks
ws-tasks-review = Approval and review
ws-tasks-stale = Outdated variants
ws-tasks-all = All
ws-tasks-none = There are no tasks here.
ws-tasks-open =
    { $n ->
        [one] 1 open task
       *[other] { $n } open tasks
    }
ws-tasks-count =
    { $n ->
        [one] 1 task
       *[other] { $n } tasks
    }
ws-task-due = Due
ws-task-owner = With { $name }
ws-task-nobody = Nobody has it yet
ws-task-take = Take it
ws-task-take-it = Take it: { $title }
ws-task-done = Done
ws-task-done-it = Done: { $title }
ws-task-drop = Do no more about it
ws-task-drop-it = Do no more about it: { $title }
ws-task-stale-variant = Outdated variant
ws-task-stale-variant-why = The common text has changed in a part that the municipality has written itself.
ws-task-review-due = Review
ws-task-review-due-why = The text is due for review.
ws-task-approval = Approval
ws-task-approval-why = A draft is waiting to be approved.
ws-approval-rule = Approval in { $municipality }
ws-approval-asked = A second person approves texts before they are published
ws-approval-saved = Saved
ws-approval-is-asked = A second person approves the texts before they are published. The municipality's administrator decides that.
ws-approval-not-asked = Texts are published without a second person's approval. The municipality's administrator decides that.
ws-task-broken-link = Broken link
ws-task-broken-link-why = A link in the text no longer works.
ws-task-number = Telephone number
ws-task-number-why = A telephone number in the text is not in the directory.
ws-task-guide-half-way = Guide that many leave
ws-task-guide-half-way-why = Many stop half-way through the guide.
ws-task-not-found = Not found
ws-task-not-found-why = Citizens search for something they do not find.
ws-task-missing-english = English is missing
ws-task-missing-english-why = Title or short answer is missing in English.
ws-task-expiring = Expiring
ws-task-expiring-why = The text expires soon.
ws-task-bulk-refused = Bulk change stopped
ws-task-bulk-refused-why = The change of { $query } was not published, because a text has changed meanwhile. Look at it again.

## Improvement loop: what citizens looked for and did not find
imp-intro = What citizens have searched for without finding it, gathered by what they meant. The list is brought up to date every hour.
imp-refresh = Bring up to date now
imp-refreshed =
    { $searches ->
        [0] There were no new searches to count.
        [one] 1 new search has been counted.
       *[other] { $searches } new searches have been counted.
    } { $made ->
        [0] { "" }
        [one] 1 new item on the list.
       *[other] { $made } new items on the list.
    }
imp-searches = Searches in the last 8 weeks
imp-found-share = Of them found
imp-not-kept = Searches we have not kept
imp-which = Show
imp-state-open = New
imp-state-doing = In progress
imp-state-done = Done
imp-state-declined = Declined
imp-municipality = Municipality
imp-all-municipalities = All
imp-area = Area
imp-all-areas = All
imp-mine = Only mine
imp-none = There are no items here.
imp-count =
    { $n ->
        [one] 1 item
       *[other] { $n } items
    }
imp-choose = Choose an item on the list.
imp-failed =
    { $n ->
        [one] 1 search found no answer
       *[other] { $n } searches found no answer
    }
imp-left =
    { $n ->
        [one] 1 left here
       *[other] { $n } left here
    }
imp-failed-of = { $n } of { $all } searches found no answer
imp-left-of = { $n } of { $all } left here
imp-of-staff = Searched by colleagues
imp-unknown-area = No topic near
imp-overdue = Past its due date
imp-due = Due
imp-owner = With
imp-nobody = Nobody
imp-back = To the list
imp-zero = No hits
imp-reformulated = Searched again in other words
imp-contacts = Asked a person afterwards
imp-not-helped = The page did not help
imp-guide-asked = Met the question
imp-guide-left = Left without answering
imp-trend = Week by week
imp-trend-said = Failed searches of the last 8 weeks, oldest first: { $weeks }
imp-phrases = What they wrote
imp-phrase-times =
    { $n ->
        [one] once
       *[other] { $n } times
    }
imp-hidden =
    { $n ->
        [one] 1 wording is not shown, because too few have written it.
       *[other] { $n } wordings are not shown, because too few have written them.
    }
imp-suggested = Suggestions
imp-synonym = Make “{ $from }” another word for “{ $to }”
imp-synonym-why =
    { $times ->
        [one] 1 who searched again ended at “{ $title }”.
       *[other] { $times } who searched again ended at “{ $title }”.
    }
imp-synonym-do = Make a draft synonym
imp-synonym-see = See synonyms
imp-article = Write a new article: “{ $title }”
imp-article-why = Nothing answers it today. The draft begins with what citizens asked.
imp-article-do = Start a draft
imp-article-near = Nearest today
imp-article-department = Department: { $department }
imp-part = Add what is missing in “{ $title }”
imp-part-why =
    { $times ->
        [one] 1 read the page and had to ask all the same.
       *[other] { $times } read the page and had to ask all the same.
    }
imp-part-do = Open the text
imp-guide = Make the question “{ $question }” easier to answer
imp-guide-why = Many leave the guide right here.
imp-guide-do = Open the guide
imp-taken = Taken up
imp-rate = Found an answer
imp-rate-guide = Answered and went on
imp-before = Before
imp-after = After
imp-so-far = So far
imp-rate-said = { $share } % (between { $low } and { $high } %), { $found } of { $n }
imp-rate-none = No searches yet
imp-rate-wait = The figure for after comes when the item is done and somebody has searched again.
imp-rate-pale = The pale fields show how certain the figure is.
imp-better = It has become better, and hardly by chance.
imp-not-sure = The difference may still be chance.
imp-start = Start
imp-finish = Done
imp-decline = Decline
imp-reopen = Open again
imp-note = Remark
imp-save-note = Save remark
imp-saved = Saved
imp-done-on = Done { $day }
imp-privacy-title = What is kept
imp-privacy = Words only, without CPR numbers, telephone numbers, e-mail, addresses and names that begin with a capital. A name in small letters cannot be told from other words. In doubt the whole search is thrown away and only counted. Who searched is forgotten within a day. An unknown word is shown only when at least 3 different people have written it. The counts are deleted after 13 months.
imp-task-not-found = “{ $query }”: { $count } searches found no answer.
imp-task-guide = Many leave at “{ $query }”.

## The checks on save (check-)
check-missing = The field is empty.
check-missing-english = Missing in English. Citizens who read English see the Danish text.
check-summary-long = The short answer has { $length } characters. There is room for { $limit }.
check-text-too-big = The text has { $size } KB and was not read. There is room for { $limit } KB in all.
check-too-big = The field has { $size } KB and was not read. There is room for { $limit } KB.
check-too-long-to-show = The part has { $size } KB. Citizens see only the first { $limit } KB. Split it.
check-bomb =
    { $what ->
        [emphasis] The text has { $count } marks of bold and italics. It was not read; { $limit } is the most.
        [links] The text has { $count } links. It was not read; { $limit } is the most.
        [table] The text has { $count } table lines. It was not read; { $limit } is the most.
        [quotes] The text has { $count } quotation marks. It was not read; { $limit } is the most.
       *[code] The text has { $count } code marks. It was not read; { $limit } is the most.
    }
check-deep = Lists and quotations lie in more than { $limit } layers. Make it flatter.
check-script = Here is a script. It cannot stand in a text.
check-style = Here is a style block. The page decides how things look.
check-svg = Here is an SVG drawing. Drawings cannot stand in a text.
check-raw-html = Here is HTML. Write it as plain text.
check-line-break = The field has room for one line only.
check-dangerous-link = The link runs a program or hides a file instead of showing a page. Use an address that begins with https://.
check-not-https = The address must begin with https:// and be a whole address.
check-link-disguised = The address hides where it leads: what stands before @ is not the site.
check-link-encoded = The address is written in code (xn--). Make sure that it is the right site.
check-host-letters = The address { $host } has letters that look like others. It leads elsewhere than { $latin }.
check-link-nameless = The link has no words.
check-link-vague = The words do not say where the link leads. Write the name of the page.
check-link-address = Write the name of the page instead of the address.
check-link-to-itself = The link leads to the text itself.
check-unknown-topic = There is no topic called { $topic }.
check-expired-topic = The topic { $topic } has expired. Citizens cannot open it.
check-no-alt = The image lacks a text for those who cannot see it.
check-image = Images are not shown; citizens read the text of the image only.
check-direction-mark = A mark that cannot be seen ({ $mark }) turns the writing, so that it says something else than it shows.
check-hidden-mark = Here is a mark that cannot be seen ({ $mark }). Remove it.
check-mixed-letters = The word has letters of several alphabets that look alike. Write it again with ordinary letters.
check-foreign-letters = Every letter of the word is of another alphabet and looks like ours. Write it again if it is Danish.
check-unknown-number = { $number } is neither in the directory nor on the list of national numbers.
check-main-number = { $number } is the main number of { $whose }. Write the department's.
check-local-number = { $number } is a number of { $whose }. The common text names no municipality's number.
check-foreign-number = { $number } is a number of { $whose }, not of this municipality.
check-figures-old = The figures are of { $year }. See whether they hold in { $now }.
check-figures-undated = There are amounts in the text, but not the year they hold for.
check-year-wrong = { $year } is no year that figures can hold for now.
check-part-id = The name of the part must be small letters, digits and hyphens.
check-part-twice = Two parts are called { $part }.
check-part-empty = The part is empty.
check-todo-first = The first part says what to do. It is called todo.
check-no-parts = The text has no parts.
check-nothing-local = The variant says nothing of its own.
check-fact-empty = The row lacks its name or its content.
check-word-twice = The word is empty or stands there twice.
check-heading-high = The heading is too large. The part's own heading stands above it.
check-heading-skips = The heading skips a level.
check-code-block = Shown as program code. Is that meant?
check-doubled-word = ”{ $word }” stands twice in a row.
check-lix = LIX { $lix }: { $words } words in a sentence, { $long } % long words.
check-long-sentence = The sentence has { $words } words. Make two of it.
check-passive = Who does it? Write who does what.
check-officialese = Better write ”{ $better }”.

## Knowledge areas (area-)
area-intro = Who keeps the texts true, how it goes, and which municipalities see them.
area-count-texts =
    { $articles ->
        [one] 1 article
       *[other] { $articles } articles
    }, { $guides ->
        [one] 1 guide
       *[other] { $guides } guides
    }
area-choose = Choose an area on the list.
area-back = To the list
area-editors = Editors
area-reviewers = Approve
area-nobody = Nobody yet
area-open-all = Open to all { $n } municipalities
area-open-some = Open to { $n } of { $all } municipalities
area-open-none = Open to nobody yet
area-open-to = Open to
area-open-why = Citizens of a municipality that is not chosen see none of the area's topics and guides, and none of them in the search.
area-health = How it goes
area-health-since = Figures since { $day }
area-overdue = To be reviewed
area-stale = Stale variants
area-failed-searches = Searches without an answer
area-not-helped = ”Did not help”
area-contacts = Contacts anyway
area-half-way = Guides left half-way
area-see = See { $n } under { $what }
area-all-well = Nothing to follow up.
area-due = Due { $day }
area-of-node = at ”{ $node }”
area-times =
    { $n ->
        [one] once
       *[other] { $n } times
    }
area-settings = Name, people and municipalities
area-name = Name
area-name-en = Name in English
area-save = Save
area-saved = Saved.
area-unsaved = The changes are not saved.
area-only-consortium = Only the administrator of the consortium can change it.

## Bulk rule change (bulk-)
bulk-intro = Change a figure or a word in every text that uses it. You see every text first.
bulk-new = New change
bulk-find = Find
bulk-find-why = Figures are found whole only: 1.234 is not found in 11.234.
bulk-replace = Write instead
bulk-whole-word = Whole words only
bulk-local = In the municipalities' own texts too
bulk-where = Where in the texts
bulk-field-titles = Titles and headings
bulk-field-summary = Short answer
bulk-field-facts = Key figures and facts
bulk-field-parts = Parts of the article
bulk-field-nodes = Questions and answers of guides
bulk-field-words = Everyday words
bulk-areas = Knowledge areas
bulk-areas-all = All areas
bulk-preview = See what changes
bulk-earlier = Changes
bulk-none = There are no changes yet.
bulk-texts =
    { $n ->
        [one] 1 text
       *[other] { $n } texts
    }
bulk-waits = Waits for you
bulk-some-changed =
    { $n ->
        [one] 1 text has changed since
       *[other] { $n } texts have changed since
    }
bulk-phase-preview = Being looked through
bulk-phase-in-review = For approval
bulk-phase-approved = Approved
bulk-phase-scheduled = Published { $when }
bulk-phase-published = Published { $when }
bulk-phase-cancelled = Given up
bulk-by = by { $name }, { $when }
bulk-back = To the list
bulk-change = ”{ $find }” becomes ”{ $replace }”
bulk-sum = { $places ->
        [one] 1 place
       *[other] { $places } places
    } in { $texts ->
        [one] 1 text
       *[other] { $texts } texts
    }
bulk-out-of-reach =
    { $n ->
        [one] 1 more text has the word, but is not yours to change.
       *[other] { $n } more texts have the word, but are not yours to change.
    }
bulk-common = Common text
bulk-take = Take ”{ $title }” in
bulk-take-place = Change here
bulk-left-out = Left out
bulk-text-changed = The text has changed since the change was looked through. Nothing is published before it is looked at again.
bulk-changed-note = The texts are not as they were when the change was looked through. Nothing was published.
bulk-renew = Look through again
bulk-faulty = The change makes an error here:
bulk-needs-approval = Has to be approved
bulk-approved-by = Approved by { $name }
bulk-field-title = Title
bulk-field-title-en = Title in English
bulk-field-one-summary = Short answer
bulk-field-summary-en = Short answer in English
bulk-field-heading = Heading
bulk-field-self-service = Self-service
bulk-field-choice = Choice
bulk-field-link = Link
bulk-submit = Send for approval
bulk-make-ready = Make ready
bulk-approve = Approve
bulk-approve-why = You approve the texts that are yours to approve.
bulk-publish-now = Publish now
bulk-publish-at = Publish at a time
bulk-day = Day
bulk-time = At
bulk-schedule = Publish then
bulk-cancel = Give up
bulk-all-or-nothing = All texts are published at once, or none of them.
bulk-done-submit = Sent on.
bulk-done-approve = Approved.
bulk-done-publish = Published. Citizens see it now.
bulk-done-schedule = Published { $when }.
bulk-done-cancel = Given up. Nothing has changed.
bulk-done-renew = Looked through again with the texts as they are now.

## Question guides (gd-)
gd-list = Question guides
gd-list-lead = One tree for citizens and staff. Each municipality can add branches of its own.
gd-new = New guide
gd-new-title = What is the guide called?
gd-new-area = Area
gd-new-go = Begin
gd-find = Find a guide
gd-none = No guides match.
gd-version = Version { $version }
gd-draft-here = Draft
gd-own = Branches in { $municipality }
gd-steps = Steps
gd-days = last 30 days
gd-tree = The guide as a list
gd-drawing = The guide as a drawing
gd-drawing-key = Line: share of the answers. Green: went on.
gd-keys = Arrows: move. Enter: edit. Insert: new answer. Delete: remove. Alt and arrow: move the answer. Ctrl+Z: undo.
gd-lost = With no way there
gd-lost-one = No answer leads to “{ $title }”.
gd-add-step = Step
gd-new-step = New step
gd-new-answer = New answer
gd-connect = Connect
gd-connect-from = Hang the step on the question
gd-delete-step = Delete step
gd-deleted = Deleted. Undo with Ctrl+Z.
gd-cannot-move = It cannot be moved that way.
gd-cannot-delete = It cannot be deleted here.
gd-cannot-add = No answer can be added here.
gd-moved = Moved.
gd-undo = Undo
gd-redo = Redo
gd-undone = Undone.
gd-redone = Redone.
gd-smaller = Smaller
gd-larger = Larger
gd-whole-size = Shown at { $percent }%. Press for 100%
gd-again = also stands elsewhere
gd-entered = { $many } came here
gd-on = { $many } · { $percent }% went on
gd-question = Question
gd-answer = The answer
gd-is-question = Asks
gd-is-answer = Answers
gd-kind = The step
gd-help = Help
gd-help-why = shown below the question
gd-text = The text
gd-text-why = Markdown: **bold**, lists and [link](topic:key)
gd-choices = Answers
gd-choice-n = Answer { $n }
gd-choice-to = leads to
gd-choice-new = A new step …
gd-choice-up = Move the answer up
gd-choice-down = Move the answer down
gd-choice-remove = Remove the answer
gd-choice-add = Answer
gd-choice-add-local = Local answer
gd-only = Only in
gd-only-all = All municipalities
gd-ways = Ways on
gd-way-n = Way { $n }
gd-way-add = Way
gd-way-remove = Remove the way
gd-way-up = Move the way up
gd-way-topic = Article or guide
gd-way-link = Link
gd-way-department = Department
gd-way-person = A person
gd-way-url = Address
gd-way-label = Link text
gd-until = True until
gd-until-why = Empty: no end. Afterwards the answer leads to a person.
gd-common-node = A common step. It is changed in the common guide.
gd-local-node = A local step in { $municipality }. It is changed in its branches.
gd-open-common = Open the common guide
gd-open-local = Open the branches
gd-settle = The common guide has changed at “{ $step }”. Your branches are built on version { $version }.
gd-settle-why = Citizens of { $municipality } meet your answers there until you have chosen.
gd-settle-keep = Keep my answers
gd-settle-common = Remove my answers here
gd-settled-keep = Your answers at “{ $step }” stay.
gd-settled-common = Your answers at “{ $step }” are removed.
gd-branches-none = No branches for { $municipality }
gd-branches-why = Citizens walk the common guide. With its own branches the municipality can add answers and steps that only its citizens meet.
gd-branches-begin = Begin branches for { $municipality }
gd-common-gone = The common guide no longer exists. Nobody is shown the branches. Remove them, or wait until the guide stands again.
gd-pick = Choose a step in the list or the drawing.
gd-happens = What happens here?
gd-reached = Came here
gd-left = Left the guide
gd-back = Went a step back
gd-went = Went on
gd-onward = Went on to
gd-helped = “Did this help?” Yes
gd-helped-where = Choose a municipality to see whether the guide helped.
gd-by-agents = With staff
gd-of = { $many } ({ $percent }%)
gd-where = Figures for
gd-everywhere = All municipalities
gd-local = Local branches
gd-local-none = No municipality has branches of its own.
gd-local-begin = Add branches in { $municipality }
gd-local-stale = written for version { $version }
gd-check = Check before publishing
gd-check-reached = Every step can be reached
gd-check-loops = No loops
gd-check-ends = No dead ends
gd-check-time = Nothing has expired
gd-check-links = Every way leads somewhere
gd-check-person = A person can be reached everywhere
gd-faults =
    { $n ->
        [one] 1 fault stops publishing
       *[other] { $n } faults stop publishing
    }
gd-good = Ready to publish
gd-in = { $municipality }: { $what }
gd-about = { $title }: { $what }
gd-fault-unreachable = no answer leads here
gd-fault-loop = an answer leads in a circle to “{ $about }”
gd-fault-dead-end = leads nowhere
gd-fault-expired = was true until { $about }
gd-fault-expires-soon = is true only until { $about }
gd-fault-choices = has { $about } answers. A question has 2 to 6
gd-fault-choice-twice = the answer “{ $about }” stands twice
gd-fault-no-text = an answer has no text
gd-fault-no-title = the step has no text
gd-fault-unknown-node = an answer leads to a step that is not there
gd-fault-unknown-topic = the topic “{ $about }” does not exist
gd-fault-unknown-department = the department “{ $about }” does not exist
gd-fault-unknown-municipality = the municipality “{ $about }” is not a member
gd-fault-leads-to-itself = the guide cannot end in itself
gd-fault-bad-link = the link must begin with https:// and have a text
gd-fault-no-choices-here = the question has no answers
gd-fault-no-person = no way leads to a person
gd-fault-no-hook = the common step that “{ $about }” hangs on is gone
gd-fault-hook-is-answer = “{ $about }” hangs on a step that no longer asks
gd-fault-id-twice = two steps have the same name: { $about }
gd-fault-bad-id = the name “{ $about }” cannot be used
gd-fault-stale = the common guide has changed since version { $about }. Look the branches over
gd-fault-no-nodes = the guide has no steps
gd-fault-too-many-nodes = the guide has { $about } steps. At most 200 are allowed
gd-fault-other = there is a fault: { $about }
gd-try-title = Try the guide
gd-try-why = The draft as it stands. Nothing is counted.
gd-try-in = Citizen in
gd-try-again = Start over
gd-try-end = The answer
gd-try-step = Question { $n }
gd-change = change
gd-head = About the guide
gd-head-title = Title
gd-head-title-en = Title in English
gd-head-summary = Short answer
gd-head-summary-en = In English
gd-head-words = Everyday words, one a line
gd-head-words-en = Everyday words in English, one a line
gd-head-review = Next review
gd-count =
    { $n ->
        [one] 1 step
       *[other] { $n } steps
    }
check-guide = The guide: { $what } { $about }

## Words: synonyms, what comes first, exceptions (word-)

word-intro = What citizens say, and what stands in the texts. It works at once; nothing is indexed again.
word-synonyms = Synonyms
word-bets = First in the list
word-exceptions = Exceptions
word-kinds = What
word-said = What people say
word-said-hint = Put commas between several words or phrases.
word-means = What the texts call it
word-means-hint = A word or phrase that a text uses.
word-where = Where
word-everywhere = All municipalities
word-both-ways = Both ways
word-both-ways-long = Both ways: the two mean the same
word-one-way = One way
word-save-draft = Save as draft
word-set-live = Put live
word-take-back = Make it a draft
word-remove = Remove
word-try = Try
word-live = Live
word-draft = Draft
word-used =
    { $n ->
        [0] not used in 30 days
        [one] used once in 30 days
       *[other] used { $n } times in 30 days
    }
word-no-synonyms = There are no synonyms yet. Write what you hear citizens say.
word-no-bets = Nothing is put first yet.
word-no-exceptions = There are no exceptions yet.
word-now-live = It is live now.
word-drafted = The draft is saved.
word-removed = It is removed.
word-circle = The words go in a circle: { $circle }. Use “both ways” if they mean the same.
word-query = Search
word-topic = Text
word-topic-choose = Choose the text to put first
word-until = Until and including (may be left out)
word-put-first = Put first
word-ends = until { $day }
word-kind = What
word-kind-whole = Never split the word
word-kind-split = Split the word so
word-kind-typo = The word is no typing error
word-kind-not-offered = Never offer the search
word-word = Word
word-parts = Its parts
word-parts-hint = With blanks between them, for instance: sundhed kort.
word-typo-of = No typing error for
word-typo-hint = Leave it empty if the word is always right.
word-whole-is = “{ $word }” is never split
word-split-is = “{ $word }” is split into: { $says }
word-typo-is = “{ $word }” is no typing error for “{ $says }”
word-right-is = “{ $word }” is always spelt right
word-not-offered-is = “{ $word }” is never offered while citizens type
word-explain = Why does it find that?
word-explain-why = Search as a citizen and see why every answer stands where it stands.
word-ask = Search
word-trying = With the draft: { $said } means { $means }.
word-without = Without it
word-abstained = Nothing fits well enough. The citizen is offered a person.
word-hits =
    { $n ->
        [one] 1 answer
       *[other] { $n } answers
    }
word-covered = { $n } % of the search is covered.
word-score = { $points } points
word-is-bet = Put first
word-why = Why
word-matched = Found as
word-by = Because
word-points = Points
word-coverage = More of the words are there
word-name = The title or another name stands in the search
word-phrase = The words stand together
word-intent = One of several questions
word-favour = Read and helpful
word-by-exact = the same word
word-by-digraph = ae, oe, aa
word-by-fold = a, o for æ, ø, å
word-by-spelling = the list of misspellings
word-by-typo = typing error
word-by-split = part of a compound
word-by-joined = written as one word
word-by-synonym = synonym
word-by-noun-verb = noun and verb
word-by-prefix = beginning of the word
word-by-english = English
word-by-best-bet = put first by an editor

## Imports, sites and export (intake-)
intake-intro = Bring texts in from files and from the municipality's own site, and take everything out again.
intake-not-yours = Editors bring texts in.
intake-files = Bring files in
intake-lead-drafts = The texts become drafts that you look through before they are published. If one file has a fault, nothing comes in.
intake-lead-borger-dk = The articles are shown to citizens at once, with borger.dk as their source. They cannot be edited here, but a municipality can add a local note.
intake-lead-kle = The plan comes in as a list of numbers and key words. It belongs to KL, and you need the right to use it.
intake-form = What is it?
intake-form-markdown = Markdown
intake-form-html = HTML pages
intake-form-csv = Table (CSV)
intake-form-borger-dk = Articles from borger.dk (XML)
intake-form-kle = KLE plan of subjects (XML)
intake-area = Knowledge area
intake-choose = Files
intake-columns = Columns, if they have names of their own
intake-column-title = Title
intake-column-text = Text
intake-column-area = Area
intake-column-words = Search words
intake-preview = See what would come in
intake-bring-in = Bring in
intake-would = { $n ->
    [one] One text comes in
   *[other] { $n } texts come in
  }
intake-becomes = Becomes
intake-becomes-draft = Draft
intake-becomes-new = New
intake-becomes-changed = Changed
intake-becomes-same = As before
intake-parts = Parts
intake-words = Words
intake-file = File
intake-line = line { $line }
intake-subjects = { $n } subjects
intake-faults = { $n ->
    [one] There is a fault. Mend it before anything comes in.
   *[other] There are { $n } faults. Mend them before anything comes in.
  }
intake-done-drafts = { $n ->
    [one] The draft has come in.
   *[other] { $n } drafts have come in.
  }
intake-done-published = { $n ->
    [one] The article has come in.
   *[other] { $n } articles have come in.
  }
intake-done-subjects = { $n } subjects have come in.
intake-fault-no-title = a title is missing
intake-fault-no-text = the text is missing
intake-fault-too-long = a part is too long. Divide it by headings
intake-fault-too-large = the file is too large
intake-fault-too-deep = the file has too many levels
intake-fault-too-many = too many texts at once
intake-fault-encoding = the file cannot be read as text. Save it as UTF-8
intake-fault-columns = we cannot see which columns hold title and text. Write their names
intake-fault-table = the row cannot be read
intake-fault-doctype = the file holds a DOCTYPE or entities of its own, which we do not read for safety. Take them out
intake-fault-xml = the file is not valid XML
intake-fault-no-article = there is no article in the file
intake-fault-kle-form = this is no plan of subjects, or a subject lacks its number or title
intake-fault-nothing = there is nothing of that kind in the file
intake-fault-topic-twice = another text in the files has the same title
intake-fault-topic-exists = there is a text of that title already
intake-fault-draft-open = there is a draft of that title already
intake-fault-area-unknown = there is no such knowledge area
intake-fault-area-not-yours = the knowledge area is not yours
intake-fault-form = the text is not of its form
intake-sites = The municipalities' own sites
intake-sites-lead = Pages are read politely and found in the same search, for the municipality's own citizens only, with a link to the site.
intake-no-site = No site is read.
intake-hosts = Hosts
intake-hosts-help = One a line, for instance www.frederikssund.dk. Only these are read.
intake-sitemap = Sitemap
intake-sitemap-help = Leave it empty to use the one the site itself names.
intake-active = Read the site every day
intake-save = Save
intake-add-site = Choose site
intake-change = Change
intake-crawl = Read now
intake-visiting = Being read now
intake-off = Not read
intake-never = Not read yet
intake-last = Read { $when }
intake-pages = { $n ->
    [one] one page
   *[other] { $n } pages
  }
intake-fetched = { $n ->
    [one] one new or changed
   *[other] { $n } new or changed
  }
intake-site-faults = { $n ->
    [one] One remark
   *[other] { $n } remarks
  }
intake-site-robots-away = the site does not say what we may read (robots.txt). We try again in an hour
intake-site-sitemap-away = there is no sitemap
intake-site-sitemap-broken = the sitemap cannot be read
intake-site-sitemap-cut = the sitemap is too long. The rest has not been read
intake-site-left-out = some pages are on other hosts, or the site does not want them read
intake-site-page-away = the page does not answer. We keep what we have
intake-site-page-empty = the page has no text
intake-site-refused = the address must not be read
intake-site-not-listed = the page leads to a host that is not listed
intake-site-redirects = the page leads on too many times
intake-site-too-large = the page is too large
intake-export = Take everything out
intake-export-lead = Every text, variant, guide, word and former version in open forms, in one file.
intake-export-button = Get everything
