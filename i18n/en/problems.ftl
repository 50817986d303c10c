### What a user can be told when something cannot be done: problem-<code> and, for pages, problem-<code>-title.

problem-not-found-title = The page does not exist
problem-not-found = The address may be misspelt, or the page may have moved. Search for what you missed, or ask us.
problem-signed-out-title = You are not signed in
problem-signed-out = Sign in and try again.
problem-forbidden-title = You cannot do that here
problem-conflict-title = Something has changed meanwhile
problem-invalid-title = Something needs to be corrected
problem-too-many-title = That was a little too fast
problem-too-many = Wait { $seconds } seconds and try again. Nothing is lost.
problem-unavailable-title = We cannot right now
problem-unavailable = Something on our side is not answering. Nothing is lost. Try again in a moment.
problem-unexpected-title = Something went wrong on our side
problem-unexpected = It is not you. Try again in a moment, or contact us.
problem-empty = The field is empty. Write something and try again.
problem-too-long = The text is too long. There is room for { $limit } characters.
problem-too-large = What you sent is too large. Make it shorter and try again.
problem-malformed = We could not read what was sent. Go back and try again.
problem-foreign-origin = The request came from another site. Open our own page and try again.
problem-method = The page cannot be used like that. Go back and try again.
problem-closed = The conversation has ended. You can begin a new one.
problem-another = The contact is with someone else now.
problem-citizens-only = Only the citizen can do that.
problem-colour = The colour gives too weak a contrast. The nearest readable one is { $colour }.
