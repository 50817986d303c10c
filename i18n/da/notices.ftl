### What happened in a conversation, said to both sides: notice-<code>.

notice-queued = Du er i kø. Vi svarer, så snart en medarbejder er ledig.
notice-evening-duty = { $answering } svarer for { $municipality }.
notice-accepted = Du skriver nu med { $name } fra { $municipality }.
notice-transferred = Du bliver stillet om til { $to }. De kan se det, du har skrevet.
notice-handed-over = { $department } svarer dig senest { $deadline }.
notice-promise-moved = Fristen er flyttet. Du får svar senest { $deadline }.
notice-released = Du er tilbage på din plads i køen.
notice-ended-by-citizen = Du afsluttede samtalen.
notice-ended-by-agent = Medarbejderen afsluttede samtalen.
notice-abandoned = Køen blev forladt, før vi nåede at svare.
notice-reopened = Samtalen er åbnet igen.
notice-erased = Teksten er slettet.

## Words that imported texts get
import-first-heading = Det skal du gøre
import-self-service = Gør det selv
import-source = Kilde
