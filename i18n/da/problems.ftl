### What a user can be told when something cannot be done: problem-<code> and, for pages, problem-<code>-title.

problem-not-found-title = Siden findes ikke
problem-not-found = Adressen kan være skrevet forkert, eller siden kan være flyttet. Søg efter det, du manglede, eller spørg os.
problem-signed-out-title = Du er ikke logget ind
problem-signed-out = Log ind, og prøv igen.
problem-forbidden-title = Det kan du ikke her
problem-conflict-title = Noget har ændret sig imens
problem-invalid-title = Der er noget, vi skal have rettet
problem-too-many-title = Det gik lidt for hurtigt
problem-too-many = Vent { $seconds } sekunder, og prøv igen. Intet er gået tabt.
problem-unavailable-title = Vi kan ikke lige nu
problem-unavailable = Noget hos os svarer ikke. Intet er gået tabt. Prøv igen om et øjeblik.
problem-unexpected-title = Der gik noget galt hos os
problem-unexpected = Det er ikke dig. Prøv igen om et øjeblik, eller kontakt os.
problem-empty = Feltet er tomt. Skriv noget, og prøv igen.
problem-too-long = Teksten er for lang. Der er plads til { $limit } tegn.
problem-too-large = Det, du sendte, fylder for meget. Gør det kortere, og prøv igen.
problem-malformed = Vi kunne ikke læse det, der blev sendt. Gå tilbage, og prøv igen.
problem-foreign-origin = Forespørgslen kom fra en anden side. Åbn vores egen side, og prøv igen.
problem-method = Sådan kan siden ikke bruges. Gå tilbage, og prøv igen.
problem-closed = Samtalen er slut. Du kan begynde en ny.
problem-another = Henvendelsen er hos en anden nu.
problem-citizens-only = Det kan kun borgeren selv gøre.
problem-colour = Farven giver for svag kontrast. Den nærmeste, der kan læses, er { $colour }.
