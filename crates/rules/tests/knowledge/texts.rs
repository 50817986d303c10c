//! The small texts of these tests, and how they are read.

use base::MunicipalityKey;
use rules::articles::{Article, Variant, parse_article, parse_variant};
use rules::guides::{self, Guide};

pub const PAS: &str = r#"+++
slug = "pas"
kind = "article"
version = 2
title = "Pas"
title_en = "Passport"
area = "papirer"
department = "borgerservice"
competence = "local"
urgent = false
summary = "Bestil pas i Borgerservice."
summary_en = "Apply for a passport."
words = ["nyt pas"]
words_en = ["passport"]
self_service = { label = "Ansøg", url = "https://www.borger.dk" }
figures_year = 2024
rules = ["Pasloven"]
related = ["mistet"]
owner = "furesoe"
reviewed = 2026-11-12
review = 2027-06-01

[[facts]]
label = "Pris"
value = "893 kr."
note = "2024-niveau"
+++
## Sådan gør du {#todo}

1. **Udfyld** ansøgningen, se [mistet pas](topic:mistet).

## Priser {#price}

893 kr.

## Uden MitID {#offline}

Kom forbi.

## Hvem afgør det {#decides}

Kommunen.
"#;

pub const LOKALT: &str = r#"+++
article = "pas"
of = 2
municipality = "furesoe"
department = "borgerservice"
reviewed = 2026-11-12
demo = true
words = []

[[facts]]
label = "Sted"
value = "Torvet 1"

[self_service]
label = "Bestil tid"
url = "https://www.furesoe.dk"
+++
## Priser i Furesø {#price}

900 kr. med foto.

## Sådan er det i Furesø {#local}

Ring +45 00 13 10 01.
"#;

pub const GUIDE: &str = r#"+++
slug = "guide-pas"
kind = "guide"
version = 1
title = "Guide: pas"
title_en = "Guide: passport"
area = "papirer"
department = "borgerservice"
competence = "general"
urgent = false
summary = "Find ud af det."
summary_en = "Find out."
words = ["hvilket pas"]
words_en = ["which passport"]
rules = []
related = ["pas"]
owner = "furesoe"
reviewed = 2026-11-12
review = 2027-06-01
+++
## Skal du rejse? {#rejse}

Kort hjælp.

- Ja -> hvem
- Nej -> person
- Ved ikke -> person

## Hvem skal have pas? {#hvem}

- Mig -> pas
- [holbaek] Os på Orø -> faerge
- Barnet -> person

## Tag færgen {#faerge}

=> link https://www.holbaek.dk | Holbæk
=> department borgerservice

## Bestil pas {#pas}

Gør det nu.

=> topic pas

## Tal med en medarbejder {#person}

=> person
"#;
pub fn article(text: &str) -> Article {
    parse_article(text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub fn variant(text: &str) -> Variant {
    parse_variant(text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub fn guide(text: &str) -> Guide {
    guides::parse(text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

pub fn key(text: &str) -> MunicipalityKey {
    MunicipalityKey::new(text).expect("a key")
}

pub const CONSORTIUM: &str = "slug = \"demo\"\nname = \"Demo\"\nlanguages = [\"da\"]\ndemo = true\n\
    [hotline]\nhours = \"mon-thu 15:00-22:00\"\nphone = \"+45 00 10 70 00\"\nchat = true\n";
pub const DEPARTMENTS: &str = "[[departments]]\nkey = \"borgerservice\"\nname = \"Borgerservice\"\n\
    name_en = \"Citizen service\"\ndescription = \"x\"\n";
pub const MEMBER: &str = r##"slug = "furesoe"
code = 190
name = "Furesø Kommune"
short = "Furesø"
colour = "#0b5a8a"
inhabitants = 42000
website = "https://www.furesoe.dk"
hotline = true
emergency_phone = "+45 00 13 99 99"
main_number = "+45 00 13 00 00"
closing_days = [{ date = 2026-12-24, name = "Juleaften" }]

[[departments]]
key = "borgerservice"
name = "Borgerservice"
name_en = "Citizen service"
phone = "+45 00 13 10 01"
email = "borgerservice@furesoe.example"
address = "Stiager 2, 3500 Værløse"
hours = "mon-fri 08:00-15:00"
promise = "next-working-day 12:00"
topics = []
"##;
