//! The few drawings of the citizen's pages. They say nothing that a word beside them does not.

macro_rules! drawing {
    ($shapes:literal) => {
        concat!("<svg class=\"i\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">", $shapes, "</svg>")
    };
}

/// The drawing of that name; nothing for a name there is none of.
#[must_use]
pub fn icon(name: &str) -> &'static str {
    match name {
        "crest" => {
            "<svg class=\"crest\" viewBox=\"0 0 36 40\" aria-hidden=\"true\"><path class=\"s\" d=\"M2 2h32v20c0 8.5-6.5 13.5-16 16C8.5 35.5 2 30.5 2 22Z\"/><path d=\"M6 21c4-3 8-3 12 0s8 3 12 0M8 27c3.3-2.4 6.7-2.4 10 0s6.7 2.4 10 0M18 7v9M13.5 10.5h9\"/></svg>"
        }
        "search" => drawing!("<circle cx=\"11\" cy=\"11\" r=\"7\"/><path d=\"m20 20-4-4\"/>"),
        "arrow" => drawing!("<path d=\"M5 12h14M13 6l6 6-6 6\"/>"),
        "back" => drawing!("<path d=\"M19 12H5M11 6l-6 6 6 6\"/>"),
        "out" => drawing!("<path d=\"M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9\"/>"),
        "phone" => drawing!(
            "<path d=\"M5 4h4l1.5 5-2.2 1.6a12 12 0 0 0 5.1 5.1L15 13.5l5 1.5v4a1.5 1.5 0 0 1-1.6 1.5A16 16 0 0 1 3.5 5.6 1.5 1.5 0 0 1 5 4Z\"/>"
        ),
        "chat" => drawing!("<path d=\"M4 5h16v11H10l-5 4v-4H4Z\"/><path d=\"M8 9h8M8 12h5\"/>"),
        "mail" => drawing!("<path d=\"M3 6h18v12H3Z\"/><path d=\"m3 7 9 6 9-6\"/>"),
        "guide" => drawing!(
            "<circle cx=\"6\" cy=\"5\" r=\"2\"/><circle cx=\"6\" cy=\"19\" r=\"2\"/><circle cx=\"18\" cy=\"12\" r=\"2\"/><path d=\"M6 7v10M6 16c0-4 6-4 10-4\"/>"
        ),
        "send" => drawing!("<path d=\"M4 12 20 4l-5 16-4-6Z\"/><path d=\"m11 14 9-10\"/>"),
        "save" => drawing!("<path d=\"M12 4v11M7 11l5 5 5-5M5 20h14\"/>"),
        _ => "",
    }
}

/// The browser's icon of the site.
pub const SITE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 36 40\"><path d=\"M2 2h32v20c0 8.5-6.5 13.5-16 16C8.5 35.5 2 30.5 2 22Z\" fill=\"#0b5a8a\"/><path d=\"M6 21c4-3 8-3 12 0s8 3 12 0M8 27c3.3-2.4 6.7-2.4 10 0s6.7 2.4 10 0M18 7v9M13.5 10.5h9\" fill=\"none\" stroke=\"#fff\" stroke-width=\"2.2\" stroke-linecap=\"round\"/></svg>";
