//! Files that come in: what they become, and what is said of those that cannot.

use intake::files::{Columns, Defaults, Form, Given, Incoming, read};

fn defaults() -> Defaults {
    Defaults {
        area: "bolig".into(),
        department: "borgerservice".parse().expect("it is there"),
        owner: "furesoe".parse().expect("it is there"),
        today: jiff::civil::date(2027, 6, 1),
        first_heading: "Det skal du gøre".into(),
        self_service_heading: "Gør det selv".into(),
        source_label: "Kilde".into(),
        columns: Columns::default(),
    }
}

fn of(form: Form, name: &str, bytes: impl AsRef<[u8]>) -> Incoming {
    read(form, &[Given { name: name.into(), bytes: bytes.as_ref().to_vec() }], &defaults())
}

/// The only fault: its line and code.
fn fault(incoming: &Incoming) -> (u32, &'static str) {
    assert_eq!(incoming.faults.len(), 1, "{:?}", incoming.faults);
    (incoming.faults[0].fault.line, incoming.faults[0].fault.code)
}

#[test]
fn markdown_becomes_parts_under_its_headings() {
    let incoming = of(
        Form::Markdown,
        "bolig/kattelem.md",
        "---\ntitle: \"Kattelem\"\ntags: [kat, dør]\n---\nSpørg **først**.\n\n## Pris\n\n412 kr.\n\n### Rabat\nNej.\n\n## Pris\nIgen\n",
    );
    assert_eq!(incoming.faults, []);
    let article = &incoming.texts[0].article;
    assert_eq!((article.title.as_str(), article.topic.as_str()), ("Kattelem", "kattelem"));
    assert_eq!(article.words, ["kat", "dør"]);
    assert_eq!(article.summary, "Spørg først.");
    let parts: Vec<(&str, &str)> =
        article.parts.iter().map(|part| (part.id.as_str(), part.heading.as_str())).collect();
    assert_eq!(parts, [("todo", "Det skal du gøre"), ("pris", "Pris"), ("del-3", "Pris")]);
    assert!(article.parts[1].markdown.contains("### Rabat"));
    let plain = of(Form::Markdown, "hunde-i-skoven.md", "Hold den i snor.");
    assert_eq!(plain.texts[0].article.topic.as_str(), "hunde-i-skoven");
    assert_eq!(fault(&of(Form::Markdown, "x.md", "# Kun en titel\n")), (1, "no-text"));
    assert_eq!(fault(&of(Form::Markdown, "x.md", "+++\nslug = 3\n+++\n")).0, 2);
    assert_eq!(fault(&of(Form::Markdown, "x.md", vec![b'a'; 3 * 1024 * 1024])), (1, "too-large"));
    assert_eq!(
        fault(&of(Form::Markdown, "x.md", format!("# T\n{}", "ord ".repeat(50_000)))),
        (1, "too-long")
    );
}

#[test]
fn html_is_cleaned_to_what_our_texts_are_written_in() {
    let incoming = of(
        Form::Html,
        "a.html",
        "<html><head><title>x | y</title></head><body><nav>Menu</nav><main><h1>Lån en <b>kano</b></h1>\
         <p onclick='x()'>Kom til <a href='https://www.example.dk/kano'>åen</a> med <a href='javascript:alert(1)'>kort</a>.</p>\
         <script>alert(1)</script><svg><text>tegning</text></svg><style>p{}</style><img src=x onerror=alert(1) alt='En kano'>\
         <h2>Pris</h2><ul><li>Gratis</li><li>Depositum</li></ul><table><tr><th>Tid</th></tr><tr><td>2 t</td></tr></table>\
         <iframe src='https://evil.example'></iframe><p>&lt;script&gt;</p></main></body></html>",
    );
    assert_eq!(incoming.faults, []);
    let article = &incoming.texts[0].article;
    assert_eq!(article.title, "Lån en kano");
    let all: String =
        article.parts.iter().map(|part| part.markdown.as_str()).collect::<Vec<_>>().join("\n");
    assert!(
        all.contains("[åen](https://www.example.dk/kano)") && all.contains("- Gratis"),
        "{all}"
    );
    for bad in ["javascript", "alert", "tegning", "onerror", "iframe", "Menu", "p{}"] {
        assert!(!all.contains(bad), "{bad} in {all}");
    }
    assert_eq!(fault(&of(Form::Html, "d.html", "<div>".repeat(5_000))), (1, "too-deep"));
}

#[test]
fn tables_are_read_whatever_their_delimiter_and_encoding() {
    let expected = [("Blå tog", "Kør forsigtigt"), ("Røde æbler", "Pluk \"selv\"\nog spis")];
    let semicolons = "Titel;Tekst;Område;Søgeord\nBlå tog;Kør forsigtigt;trafik;tog|lyntog\n\nRøde æbler;\"Pluk \"\"selv\"\"\nog spis\";;\n";
    let commas = semicolons.replace(';', ",");
    let latin: Vec<u8> =
        semicolons.chars().map(|c| u8::try_from(u32::from(c)).expect("it is there")).collect();
    for bytes in [semicolons.as_bytes().to_vec(), commas.into_bytes(), latin] {
        let incoming = of(Form::Csv, "a.csv", bytes);
        assert_eq!(incoming.faults, []);
        let read: Vec<(&str, &str)> = incoming
            .texts
            .iter()
            .map(|text| (text.article.title.as_str(), text.article.parts[0].markdown.as_str()))
            .collect();
        assert_eq!(read, expected);
        assert_eq!(incoming.texts[0].article.area, "trafik");
        assert_eq!(incoming.texts[1].article.area, "bolig");
        assert_eq!(incoming.texts[0].article.words, ["tog", "lyntog"]);
    }
    assert_eq!(fault(&of(Form::Csv, "a.csv", "Navn;Alder\nBo;7\n")), (1, "columns"));
    let two = of(Form::Csv, "a.csv", "title,text\n,uden titel\nMed titel,\n");
    let lines: Vec<(u32, &str)> = two.faults.iter().map(|f| (f.fault.line, f.fault.code)).collect();
    assert_eq!(lines, [(2, "no-title"), (3, "no-text")]);
    let twice = of(Form::Csv, "a.csv", "title,text\nEns,a\nens,b\n");
    assert_eq!(fault(&twice), (3, "topic-twice"));
}

const PORTAL: &str = r##"<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetArticleByIDResponse>
<GetArticleByIDResult xmlns:a="urn:x"><a:ArticleHeader>&lt;p&gt;Sådan låner du en måne.&lt;/p&gt;</a:ArticleHeader>
<a:ArticleID>4711</a:ArticleID><a:ArticleTitle>Lån en måne &amp; en sol</a:ArticleTitle>
<a:ArticleUrl>https://www.borger.dk/proeve/maane</a:ArticleUrl>
<a:Content><![CDATA[<div id="kernetekst"><div id="microArticle_1" class="microArticle"><h2 class="mArticle">Hvem kan låne?</h2>
<div><div><p>Alle over 100 år. <a href="https://www.example.dk/regler">Læs reglerne</a></p><script>x()</script></div></div></div>
<div id="microArticle_2"><h2>Hvad koster det?</h2><div><div><h3>Pris</h3><ul><li>7 kr.</li></ul></div></div></div></div>
<div id="selvbetjeningslinks"><h3>Selvbetjening</h3><ul><li><a href="https://www.example.dk/laan">Lån nu</a></li><li><a href="https://www.example.dk/aflever">Aflever</a></li><li><a href="javascript:x()">Ond</a></li></ul></div>
<div id="lovgivning"><ul><li><a href="https://www.example.dk/lov">Måneloven</a></li></ul></div>
<div id="byline"><p>Skrevet af Prøvestyrelsen</p></div>]]></a:Content>
<a:LastUpdated>2027-05-03T10:00:00</a:LastUpdated><a:PublishingDate>2020-01-01T00:00:00</a:PublishingDate>
</GetArticleByIDResult></GetArticleByIDResponse></s:Body></s:Envelope>"##;

#[test]
fn an_article_of_the_national_portal_comes_with_its_source() {
    let incoming = of(Form::BorgerDk, "maane.xml", PORTAL);
    assert_eq!(incoming.faults, []);
    let article = &incoming.texts[0].article;
    assert_eq!(article.topic.as_str(), "borger-dk-laan-en-maane-en-sol");
    assert_eq!(article.title, "Lån en måne & en sol");
    assert_eq!(article.summary, "Sådan låner du en måne.");
    let headings: Vec<&str> = article.parts.iter().map(|part| part.heading.as_str()).collect();
    assert_eq!(headings, ["Hvem kan låne?", "Hvad koster det?", "Gør det selv"]);
    assert!(article.parts[0].markdown.contains("[Læs reglerne](https://www.example.dk/regler)"));
    assert!(!article.parts[0].markdown.contains("x()"));
    assert_eq!(
        article.self_service.as_ref().expect("it is there").url,
        "https://www.example.dk/laan"
    );
    assert_eq!(article.rules, ["Måneloven"]);
    let fact = &article.facts[0];
    assert_eq!(
        (fact.label.as_str(), fact.value.as_str()),
        ("Kilde", "https://www.borger.dk/proeve/maane")
    );
    assert_eq!(fact.note.as_deref(), Some("Skrevet af Prøvestyrelsen, 2027-05-03"));
    assert_eq!(article.reviewed, jiff::civil::date(2027, 5, 3));
    assert_eq!(fault(&of(Form::BorgerDk, "a.xml", "<a><b/></a>")), (1, "no-article"));
}

const PLAN: &str = "<KLE-Emneplan><UdgivelsesDato>2027-05-01</UdgivelsesDato>\n<Hovedgruppe><HovedgruppeNr>98</HovedgruppeNr><HovedgruppeTitel>Måner</HovedgruppeTitel>\n<Gruppe><GruppeNr>98.01</GruppeNr><GruppeTitel>Udlån</GruppeTitel>\n<Emne><EmneNr>98.01.04</EmneNr><EmneTitel>Små måner</EmneTitel><Stikord><EmneStikord>halvmåne</EmneStikord><EmneStikord>nymåne</EmneStikord></Stikord></Emne>\n<Emne><EmneNr>98.01.05</EmneNr><EmneTitel>Gamle</EmneTitel><UdgaaetDato>2020-01-01</UdgaaetDato></Emne>\n</Gruppe></Hovedgruppe></KLE-Emneplan>";

#[test]
fn the_plan_of_subjects_is_read_with_numbers_and_words() {
    let incoming = of(Form::Kle, "plan.xml", PLAN);
    assert_eq!(incoming.faults, []);
    let edition = incoming.kle.expect("it is there");
    assert_eq!(edition.published, "2027-05-01");
    let numbers: Vec<&str> = edition.subjects.iter().map(|s| s.number.as_str()).collect();
    assert_eq!(numbers, ["98", "98.01", "98.01.04"]);
    assert_eq!(edition.subjects[2].words, ["halvmåne", "nymåne"]);
    let broken = PLAN.replace("<EmneNr>98.01.04</EmneNr>", "");
    assert_eq!(fault(&of(Form::Kle, "plan.xml", broken)), (4, "kle-form"));
}

#[test]
fn a38_xml_that_grows_or_reaches_out_is_refused() {
    let mut laughs = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY lol \"lol\">");
    for n in 1..10 {
        laughs.push_str(&format!(
            "<!ENTITY lol{n} \"{}\">",
            format!("&lol{};", if n == 1 { String::new() } else { (n - 1).to_string() }).repeat(10)
        ));
    }
    laughs.push_str("]>\n<KLE-Emneplan>&lol9;</KLE-Emneplan>");
    let outside = "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><ArticleTitle>&x;</ArticleTitle></a>";
    let dtd = "<!DOCTYPE a SYSTEM \"http://127.0.0.1/a.dtd\"><a/>";
    for form in [Form::Kle, Form::BorgerDk] {
        assert_eq!(fault(&of(form, "a.xml", &laughs)).1, "doctype");
        assert_eq!(fault(&of(form, "a.xml", outside)).1, "doctype");
        assert_eq!(fault(&of(form, "a.xml", dtd)), (1, "doctype"));
        assert_eq!(fault(&of(form, "a.xml", "<a>\n<b>&who;</b></a>")), (2, "entity"));
        assert_eq!(fault(&of(form, "a.xml", "<a>".repeat(100_000))).1, "too-deep");
        assert_eq!(fault(&of(form, "a.xml", "<a><b></a>")).1, "xml");
        assert_eq!(fault(&of(form, "a.xml", "<a>")).1, "xml");
        assert_eq!(fault(&of(form, "a.xml", "")).1, "xml");
        assert_eq!(fault(&of(form, "a.xml", b"\xff\xfe<\0a\0")).1, "encoding");
    }
    assert_eq!(fault(&of(Form::Kle, "a.txt", PLAN)).1, "nothing");
}
