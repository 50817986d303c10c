//! What of a page is its text.

use base::Language;
use intake::site::read_page;

fn page(name: &str) -> intake::site::Page {
    let path = format!("{}/tests/pages/{name}", env!("CARGO_MANIFEST_DIR"));
    read_page(
        &std::fs::read_to_string(path).expect("it is there"),
        "https://www.fjordlev.example/x",
    )
}

/// Every one of these words is there, none of those.
fn says(text: &str, wanted: &[&str], unwanted: &[&str]) {
    for word in wanted {
        assert!(text.contains(word), "{word:?} is missing in\n{text}");
    }
    for word in unwanted {
        assert!(!text.contains(word), "{word:?} is furniture, yet in\n{text}");
    }
}

#[test]
fn a_marked_page_gives_its_main_part_only() {
    let page = page("marked.html");
    assert_eq!(page.title, "Kattelem i lejebolig");
    assert_eq!(page.summary, "Må du sætte en kattelem i døren? Sådan søger du.");
    assert_eq!(page.canonical.as_deref(), Some("https://www.fjordlev.example/bolig/kattelem"));
    assert_eq!(page.language, Language::Da);
    assert!(!page.noindex);
    says(
        &page.text,
        &[
            "sætte en kattelem i hoveddøren, når",
            "Pris\nDet koster 412 kr.",
            "Skriv hvilket dyr du har",
        ],
        &[
            "cookies",
            "Accepter",
            "Erhverv",
            "Forside",
            "Fandt du",
            "Hundeskove",
            "CVR",
            "Spring til",
            "sporing",
        ],
    );
    assert!(page.links.contains(&"/was".to_owned()));
}

#[test]
fn a_page_of_tables_without_any_mark_gives_its_dense_part() {
    let page = page("unmarked.html");
    assert_eq!(page.title, "Udlån af trailere");
    says(
        &page.text,
        &["låne en trailer gratis", "Du skal selv have træk på bilen", "afleveres ren og tom"],
        &["cookies", "Byggeri", "Storskrald", "Telefon 00"],
    );
}

#[test]
fn an_english_page_that_asks_not_to_be_found_says_so() {
    let page = page("english.html");
    assert_eq!(
        (page.title.as_str(), page.language, page.noindex),
        ("Borrow a cargo bike", Language::En, true)
    );
    says(
        &page.text,
        &["borrow a cargo bike for a week", "What about insurance?"],
        &["Home", "Internal note", "Opening hours"],
    );
}

#[test]
fn broken_empty_and_monstrous_pages_are_read_in_bounds() {
    for html in ["", "<", "plain words", "<html><body><main>", "<main></main>", "\u{0}\u{202e}<p>x"]
    {
        let _ = read_page(html, "not an address");
    }
    let deep = format!(
        "<main>{}en tekst der står meget dybt{}",
        "<div>".repeat(100_000),
        "</div>".repeat(100_000)
    );
    let _ = read_page(&deep, "https://www.fjordlev.example/");
    let long = format!("<main><p>{}</p></main>", "ord ".repeat(2_000_000));
    assert!(read_page(&long, "https://www.fjordlev.example/").text.chars().count() <= 40_000);
    let scripted = read_page(
        "<main><h1><script>alert(1)</script>Titel</h1><p onclick=x>Teksten er her, og den er lang nok til at blive regnet for sidens indhold af alle.</p></main>",
        "",
    );
    assert!(!scripted.text.contains("alert") && scripted.title == "Titel");
}
