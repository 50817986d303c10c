# Mails to citizens about an errand that was handed over to a department.
mail-greeting = Hello
mail-promised-subject = We have received your enquiry – { $municipality }
mail-promised-text = { $department } has your enquiry. You will get an answer by { $by } at { $clock } at the latest. If we cannot keep that, we tell you before the time has passed.
mail-moved-subject = Your answer comes a little later than promised – { $municipality }
mail-moved-text = We are sorry: we cannot answer by the time we promised. { $department } will answer you by { $by } at { $clock } at the latest. You do not need to do anything.
mail-answered-subject = Answer to your enquiry – { $municipality }
mail-answered-text = { $department } has answered you:

    { $answer }
mail-unreached-subject = We tried to call you – { $municipality }
mail-unreached-text = We called you twice, as you asked, and could not reach you. Please call us again when it suits you, or write to us on the municipality's website.
mail-end = You can always see how far we are here:
    { $url }

    The link is for you only. Please do not write your CPR number in an ordinary e-mail.

    Kind regards
    { $municipality } Kommune
