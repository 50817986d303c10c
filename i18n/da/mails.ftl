# Mails til borgere om en henvendelse, der er overdraget til en afdeling.
mail-greeting = Hej
mail-promised-subject = Vi har modtaget din henvendelse – { $municipality }
mail-promised-text = { $department } har fået din henvendelse. Du får svar senest { $by } kl. { $clock }. Kan vi ikke nå det, giver vi dig besked, inden fristen er gået.
mail-moved-subject = Du får svar lidt senere end lovet – { $municipality }
mail-moved-text = Vi når desværre ikke at svare til den tid, vi lovede. { $department } svarer dig senest { $by } kl. { $clock }. Du behøver ikke gøre noget.
mail-answered-subject = Svar på din henvendelse – { $municipality }
mail-answered-text = { $department } har svaret dig:

    { $answer }
mail-unreached-subject = Vi prøvede at ringe til dig – { $municipality }
mail-unreached-text = Vi har ringet til dig to gange, som du bad om, og fik ikke fat i dig. Ring til os igen, når det passer dig, eller skriv til os på kommunens hjemmeside.
mail-end = Du kan altid se, hvor langt vi er, her:
    { $url }

    Linket er kun til dig. Skriv ikke CPR-nummer i en almindelig e-mail.

    Venlig hilsen
    { $municipality } Kommune
