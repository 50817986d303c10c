//! Every message of RFC 4475 and RFC 5118, written anew from what it is about, sent to the exchange
//! with its status, and an honest question after it. What the gate reads of each stands in
//! `tests/torture.rs`.

use crate::house::{House, LINE, Talker, ip};

/// Sound that nobody here speaks: what is well formed otherwise gets 488.
const SOUND: &str = "v=0\r\no=m 29739 7272939 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.4\r\n\
                     t=0 0\r\nm=audio 49217 RTP/AVP 0 12\r\nm=video 3227 RTP/AVP 31\r\n";

/// The lines that any request needs, each unless `lines` has one of that name; `-Name` leaves it out.
fn message(first: &str, lines: &[&str], body: &str) -> Vec<u8> {
    let method = first.split(' ').next().unwrap();
    let branch = first
        .bytes()
        .chain(lines.concat().bytes())
        .fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let mut all = vec![
        format!("Via: SIP/2.0/UDP host5.example.dk;branch=z9hG4bK{branch}"),
        "Max-Forwards: 70".to_owned(),
        "From: <sip:caller@example.dk>;tag=323".to_owned(),
        "To: <sip:user@example.dk>".to_owned(),
        format!("Call-ID: {branch}.torture"),
        format!("CSeq: 60 {method}"),
        "Contact: <sip:caller@host5.example.dk>".to_owned(),
        format!("Content-Length: {}", body.len()),
    ];
    if !body.is_empty() {
        all.push("Content-Type: application/sdp".to_owned());
    }
    let name = |line: &str| line.split(':').next().unwrap().trim_start_matches('-').to_owned();
    let own: Vec<String> = lines.iter().map(|line| name(line)).collect();
    all.retain(|line| !own.contains(&name(line)));
    all.extend(lines.iter().filter(|line| !line.starts_with('-')).map(|line| (*line).to_owned()));
    format!("{first}\r\n{}\r\n\r\n{body}", all.join("\r\n")).into_bytes()
}

fn answer_of(status: &str, lines: &[&str]) -> Vec<u8> {
    message(status, &[&["CSeq: 35 INVITE", "To: <sip:user@example.dk>;tag=1"], lines].concat(), "")
}

/// Sends each from the trunk, or from where telephones are, and asks honestly after it.
async fn judges(cases: Vec<(&str, Vec<u8>, u16)>) {
    let house = House::plain().await;
    for (what, bytes, expected) in cases {
        let from = if bytes.starts_with(b"REGISTER") { ip(4) } else { ip(2) };
        let mut talker = Talker::at(from, house.address).await;
        let told = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(talker.status(&bytes, expected).await, expected, "{what}\n{told}");
        house.still_answers().await;
    }
    house.is_empty().await;
    assert_eq!(house.count("unreadable"), 0, "the gate knew of each what is wrong with it");
}

/// A call to a line of ours.
fn invite(lines: &[&str], body: &str) -> Vec<u8> {
    let number: String = LINE.split(' ').collect();
    message(&format!("INVITE sip:{number}@example.dk SIP/2.0"), lines, body)
}

#[tokio::test]
async fn what_is_odd_and_valid_is_answered_for_what_it_asks() {
    let long = |times: usize, word: &str| word.repeat(times);
    let unusual = "INVITE sip:+4500121001@straks.dk;unknownparam SIP/2.0\r\n\
        TO :\r\n sip:+4500121001@straks.dk ;   tag    = 1918\r\n\
        from   : \"J Rosen \\\\\\\"\"       <sip:jdr@example.dk>\r\n  ;\r\n  tag = 98asjd8\r\n\
        MaX-fOrWaRdS: 0068\r\nCall-ID: short.torture\r\nContent-Length   : 150\r\n\
        cseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n\
        s :\r\nNewFangledHeader:   newfangled value\r\n continued newfangled value\r\n\
        UnknownHeaderWithUnusualValue: ;;,,;;,;\r\nContent-Type: application/sdp\r\n\
        Route:\r\n <sip:services.example.dk;lr;unknownwith=value;unknown-no-value>\r\n\
        v:  SIP  / 2.0  / TCP     spindle.example.dk   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n \
        SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n\
        m:\"Quoted string \\\"\\\"\" <sip:jdr@example.dk> ; newparam =\r\n      newvalue ;\r\n  \
        secondparam ; q = 0.33\r\n\r\n";
    let unusual = unusual.replace("short", "wsinv").replace(": 150", &format!(": {}", SOUND.len()));
    // In a call that is not there.
    let unusual = format!("{unusual}{SOUND}").into_bytes();
    let new = String::from_utf8(unusual.clone())
        .unwrap()
        .replace(";   tag    = 1918", "")
        .replace("390skdjuw", "391skdjuw");
    let names = [
        format!(
            "To: \"{}\" <sip:user@example.dk:6000;{}=short>",
            long(20, "extreme "),
            long(60, "long")
        ),
        format!(
            "From: <sip:{}name@example.dk>;tag=12{}424;{}",
            long(6, "amazingly"),
            long(50, "9"),
            long(20, "param")
        ),
        format!("Call-ID: longreq.one{}call", long(20, "really")),
        format!("Unknown-{}-Name: unknown-{}-value", long(20, "long"), long(20, "long")),
    ];
    // Of the nearest nobody says which request it was (RFC 3261, section 17.2.3).
    let vias: String =
        (1..34).rev().map(|n| format!("v: SIP/2.0/TCP sip{n}.example.dk\r\n")).collect();
    let last = format!(
        "Via: SIP/2.0/TCP host.example.dk;received=192.0.2.5;branch=very{}",
        long(50, "long")
    );
    let vias = format!("{vias}{last}");
    let request = invite(&[&names[0], &names[1], &names[2], &names[3], "-Via", &vias], SOUND);
    let parts = "--7a9c\r\nContent-Type: text/plain\r\n\r\nhej\r\n--7a9c\r\nContent-Type: \
                 application/octet-stream\r\n\r\n\u{1}\u{2}\u{0}\r\n--7a9c--\r\n";
    let mut followed = message("REGISTER sip:example.dk SIP/2.0", &[], "");
    followed.extend(invite(&[], SOUND));
    judges(vec![
        ("3.1.1.1 white space and folds, in a call nobody knows", unusual, 481),
        ("3.1.1.1 white space and folds, a new call", new.into_bytes(), 488),
        (
            "3.1.1.2 every sign there is",
            message(
                "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.dk SIP/2.0",
                &[
                    "To: \"BEL:\\\u{7} NUL:\\\u{0} DEL:\\\u{7F}\" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.dk>",
                    "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.dk>;fromParam''~+*_!.-%=\"работающий\";tag=_token~1'+`*%!-.",
                    "extensionHeader-!.%*+_`'~: \u{FEFF}大停電",
                ],
                "",
            ),
            501,
        ),
        (
            "3.1.1.3 escapes",
            message(
                "INVITE sip:sips%3Auser%40example.dk@example.net SIP/2.0",
                &[
                    "To: sip:%75se%72@example.dk",
                    "From: <sip:I%20have%20spaces@example.net>;tag=938",
                    "Contact: <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>",
                ],
                SOUND,
            ),
            404,
        ),
        (
            "3.1.1.4 escaped nulls",
            message(
                "REGISTER sip:example.dk SIP/2.0",
                &[
                    "To: sip:null-%00-null@example.dk",
                    "From: sip:null-%00-null@example.dk;tag=839923423",
                    "Contact: <sip:%00@host5.example.dk>",
                    "Contact: <sip:%00%00@host5.example.dk>",
                ],
                "",
            ),
            401,
        ),
        (
            "3.1.1.5 a percent that is no escape",
            message(
                "RE%47IST%45R sip:registrar.example.dk SIP/2.0",
                &["To: \"%Z%45\" <sip:resource@example.dk>", "From: \"%Z%45\" <sip:resource@example.dk>;tag=f232"],
                "",
            ),
            501,
        ),
        (
            "3.1.1.6 no space before an address",
            message("OPTIONS sip:user@example.dk SIP/2.0", &["From: caller<sip:caller@example.dk>;tag=323"], ""),
            200,
        ),
        ("3.1.1.7 long values", request, 488),
        ("3.1.1.8 more in the datagram than the message", followed, 401),
        (
            "3.1.1.9 parameters in the name",
            message(
                "OPTIONS sip:user;par=u%40example.net@example.dk SIP/2.0",
                &["To: sip:j_user@example.dk", "Accept: application/sdp"],
                "",
            ),
            200,
        ),
        (
            "3.1.1.10 any transport",
            message(
                "OPTIONS sip:user@example.dk SIP/2.0",
                &["Via: SIP/2.0/UDP t1.example.dk;branch=z9hG4bKkdjuw\r\nVia: SIP/2.0/SCTP t2.example.dk;branch=z9hG4bKklasjdhf\r\n\
                   Via: SIP/2.0/TLS t3.example.dk;branch=z9hG4bK2980unddj\r\nVia: SIP/2.0/UNKNOWN t4.example.dk;branch=z9hG4bKasd0f3en\r\n\
                   Via: SIP/2.0/TCP t5.example.dk;branch=z9hG4bK0a9idfnee"],
                "",
            ),
            200,
        ),
        (
            "3.1.1.11 several parts, in a method we lack",
            message(
                "MESSAGE sip:kumiko@example.dk SIP/2.0",
                &["Content-Type: multipart/mixed; boundary=7a9c", "Route: <sip:127.0.0.1:5080>", "Date: Thu, 21 Feb 2002 13:02:03 GMT"],
                parts,
            ),
            405,
        ),
        ("3.1.1.12 unusual words", answer_of("SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое", &[]), 0),
        ("3.1.1.13 no words", answer_of("SIP/2.0 100 ", &[]), 0),
    ])
    .await;
}

#[tokio::test]
async fn what_breaks_the_grammar_is_refused() {
    let options = |lines: &[&str]| message("OPTIONS sip:user@example.dk SIP/2.0", lines, "");
    let register = |lines: &[&str]| message("REGISTER sip:example.dk SIP/2.0", lines, "");
    let line = |first: &str| message(first, &["CSeq: 60 INVITE"], SOUND);
    judges(vec![
        (
            "3.1.2.1 separators without anything between them",
            invite(
                &["Contact: \"Joe\" <sip:joe@example.dk>;;;;", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,"],
                SOUND,
            ),
            400,
        ),
        ("3.1.2.2 a length beyond the end", invite(&["Content-Length: 9999"], SOUND), 400),
        ("3.1.2.3 a length below zero", invite(&["Content-Length: -999"], SOUND), 400),
        (
            "3.1.2.4 numbers too large",
            register(&[
                "CSeq: 36893488147419103232 REGISTER",
                "Max-Forwards: 300",
                "Expires: 10000000000000000000000000000",
                "Contact: <sip:user@host129.example.dk>;expires=280297596632815",
            ]),
            400,
        ),
        (
            "3.1.2.5 numbers too large in an answer",
            answer_of(
                "SIP/2.0 503 Service Unavailable",
                &[
                    "CSeq: 9292394834772304023312 OPTIONS",
                    "Retry-After: 949302838503028349304023988",
                    "Warning: 1812 overture \"In Progress\"",
                ],
            ),
            0,
        ),
        (
            "3.1.2.6 an open quote",
            invite(&["To: \"Mr. J. User <sip:j.user@example.dk>"], SOUND),
            400,
        ),
        (
            "3.1.2.7 brackets around the request URI",
            line("INVITE <sip:user@example.dk> SIP/2.0"),
            400,
        ),
        (
            "3.1.2.8 white space in the request URI",
            line("INVITE sip:user@example.dk; lr SIP/2.0"),
            400,
        ),
        ("3.1.2.9 white space between words", line("INVITE  sip:user@example.dk  SIP/2.0"), 400),
        ("3.1.2.10 white space at the end", line("INVITE sip:user@example.dk SIP/2.0  "), 400),
        (
            "3.1.2.11 headers in the request URI",
            line("INVITE sip:user@example.dk?Route=%3Csip:example.dk%3E SIP/2.0"),
            400,
        ),
        ("3.1.2.12 another zone", invite(&["Date: Fri, 01 Jan 2010 16:00:00 EST"], SOUND), 400),
        (
            "3.1.2.13 an address that needs brackets",
            register(&["Contact: sip:user@example.dk?Route=%3Csip:sip.example.dk%3E"]),
            400,
        ),
        (
            "3.1.2.14 white space in an address",
            options(&["To: \"Watson, Thomas\" < sip:t.watson@example.dk >"]),
            400,
        ),
        (
            "3.1.2.15 a comma in a name",
            options(&["From: Bell, Alexander <sip:a.g.bell@example.dk>;tag=43"]),
            400,
        ),
        (
            "3.1.2.16 another version",
            message(
                "OPTIONS sip:t.watson@example.dk SIP/7.0",
                &["Via: SIP/7.0/UDP c.example.dk;branch=z9hG4bKkdjuw"],
                "",
            ),
            505,
        ),
        ("3.1.2.17 two methods", options(&["CSeq: 8 INVITE"]), 400),
        (
            "3.1.2.18 two methods, one of them nobody's",
            message("NEWMETHOD sip:user@example.dk SIP/2.0", &["CSeq: 8 INVITE"], ""),
            501,
        ),
        (
            "3.1.2.19 a status too large",
            answer_of("SIP/2.0 4294967301 better not break the receiver", &[]),
            0,
        ),
        (
            "3.2.1 a branch that tells nothing",
            options(&["Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK"]),
            400,
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_is_well_formed_and_asks_too_much_is_refused_with_its_reason() {
    let options = |lines: &[&str]| message("OPTIONS sip:user@example.dk SIP/2.0", lines, "");
    let register = |lines: &[&str]| message("REGISTER sip:example.dk SIP/2.0", lines, "");
    judges(vec![
        (
            "3.3.1 nobody from nobody to nobody",
            invite(&["-Call-ID", "-From", "-To"], SOUND),
            400,
        ),
        (
            "3.3.2 a scheme nobody knows",
            message("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", &[], ""),
            416,
        ),
        ("3.3.3 a scheme that cannot be called", message("OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", &[], ""), 416),
        (
            "3.3.4 strange schemes in addresses",
            register(&["To: isbn:2983792873", "From: <http://www.example.dk>;tag=3234233", "Contact: <name:John_Smith>"]),
            400,
        ),
        (
            "3.3.5 extensions that nobody has",
            options(&["Require: nothingSupportsThis, nothingSupportsThisEither", "Proxy-Require: noProxiesSupportThis"]),
            420,
        ),
        ("3.3.6 content nobody reads", invite(&["Content-Type: application/unknownformat"], "<audio/>"), 415),
        (
            "3.3.7 a way to sign in that nobody knows",
            register(&["Authorization: NoOneKnowsThisScheme opaque-data=here"]),
            401,
        ),
        (
            "3.3.8 twice what stands once",
            invite(
                &["CSeq: 5 INVITE\r\nCSeq: 59 INVITE", "Call-ID: a.1\r\nCall-ID: a.2", "Max-Forwards: 70\r\nMax-Forwards: 5"],
                SOUND,
            ),
            400,
        ),
        ("3.3.9 two lengths", message("OPTIONS sip:user@example.dk SIP/2.0", &["Content-Length: 13\r\nContent-Length: 5"], "There's no way"), 400),
        (
            "3.3.10 an answer for everybody",
            answer_of(
                "SIP/2.0 200 OK",
                &["Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923\r\nVia: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23"],
            ),
            0,
        ),
        ("3.3.11 no hops left, and none needed", options(&["Max-Forwards: 0"]), 200),
        ("3.3.12 a parameter of the contact", register(&["Contact: sip:+19725552222@gw1.example.dk;unknownparam"]), 401),
        ("3.3.13 a parameter of its address", register(&["Contact: <sip:+19725552222@gw1.example.dk;unknownparam>"]), 401),
        (
            "3.3.14 a header in its address",
            register(&["Contact: <sip:user@example.dk?Route=%3Csip:sip.example.dk%3E>"]),
            401,
        ),
        ("3.3.15 answers that the caller cannot read", invite(&["Accept: text/nobodyKnowsThis"], SOUND), 406),
        (
            "3.4.1 from before there were tags",
            invite(
                &["Via: SIP/2.0/UDP iftgw.example.dk", "From: <sip:+13035551111@ift.example.dk;user=phone>", "-Contact", "-Max-Forwards", "-Content-Length"],
                SOUND,
            ),
            400,
        ),
    ])
    .await;
}

#[tokio::test]
async fn addresses_of_version_six_are_read_wherever_they_stand() {
    let via = "Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111";
    let register = |uri: &str, branch: &str| {
        let via = via.replace("as3-111", branch);
        message(
            &format!("REGISTER {uri} SIP/2.0"),
            &[&via, "Contact: \"Caller\" <sip:caller@[2001:db8::1]>"],
            "",
        )
    };
    let bye = |via: &str| {
        message(
            "BYE sip:user@[2001:db8::10] SIP/2.0",
            &[via, "To: <sip:user@example.dk>;tag=bd76ya"],
            "",
        )
    };
    let six = SOUND
        .replace("IP4 192.0.2.3", "IP6 2001:db8::20")
        .replace("IP4 192.0.2.4", "IP6 2001:db8::20");
    let both = format!(
        "{}c=IN IP4 192.0.2.20\r\n",
        six.replace("m=audio", "m=video 6024 RTP/AVP 107\r\nm=audio")
    );
    let mapped = SOUND
        .replace("IP4 192.0.2.3", "IP6 ::ffff:192.0.2.2")
        .replace("IP4 192.0.2.4", "IP6 ::ffff:192.0.2.2");
    let triple = "[2001:db8:::192.0.2.1]";
    judges(vec![
        ("4.1 in brackets", register("sip:[2001:db8::10]", "a1"), 401),
        ("4.2 without brackets", register("sip:2001:db8::10", "a2"), 400),
        ("4.3 is it a port", register("sip:[2001:db8::10:5070]", "a3"), 401),
        ("4.4 it is a port", register("sip:[2001:db8::10]:5070", "a4"), 401),
        (
            "4.5 received, in brackets",
            bye("Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-51"),
            481,
        ),
        (
            "4.5 received, without brackets",
            bye("Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-52"),
            481,
        ),
        ("4.6 in a description", invite(&[via, "Contact: <sip:caller@[2001:db8::20]>"], &six), 488),
        (
            "4.7 beside others in the way back",
            bye(
                "Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144\r\n\
                 Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200",
            ),
            481,
        ),
        ("4.8 beside others in a description", invite(&[&via.replace("111", "48")], &both), 488),
        ("4.9 that are of version four", invite(&[&via.replace("111", "49")], &mapped), 488),
        (
            "4.10 with a colon too many, as the grammar had it",
            message(
                &format!("OPTIONS sip:user@{triple} SIP/2.0"),
                &[&format!("To: sip:user@{triple}"), &format!("Via: SIP/2.0/UDP {triple};branch=z9hG4bKas3"), &format!("Contact: \"A\" <sip:a@{triple}>")],
                "",
            ),
            200,
        ),
    ])
    .await;
}
