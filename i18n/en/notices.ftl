### What happened in a conversation, said to both sides: notice-<code>.

notice-queued = You are in line. We answer as soon as someone is free.
notice-evening-duty = { $answering } answers for { $municipality }.
notice-accepted = You are now writing with { $name } from { $municipality }.
notice-transferred = You are being transferred to { $to }. They can see what you have written.
notice-handed-over = { $department } will answer you by { $deadline }.
notice-promise-moved = The deadline has been moved. You will have an answer by { $deadline }.
notice-released = You are back in your place in line.
notice-ended-by-citizen = You ended the conversation.
notice-ended-by-agent = The agent ended the conversation.
notice-abandoned = The line was left before we could answer.
notice-reopened = The conversation has been opened again.
notice-erased = The text has been erased.

## Words that imported texts get
import-first-heading = What to do
import-self-service = Do it yourself
import-source = Source
