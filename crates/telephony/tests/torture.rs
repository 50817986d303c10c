//! The kinds of messages that RFC 4475 and RFC 5118 describe, each written anew from what it is
//! about, and what becomes of it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

use proptest::prelude::*;
use telephony::screen::{MOST_BYTES, Message, Silent, Transport, Verdict, screen};

/// A request whose lines may be changed: `&[("To", "…")]` replaces, an empty value takes away, any
/// other name is added.
fn request(first: &str, changes: &[(&str, &str)], body: &str) -> Vec<u8> {
    let method = first.split(' ').next().unwrap();
    let mut lines = vec![
        ("Via".to_owned(), "SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKtest1".to_owned()),
        ("Max-Forwards".to_owned(), "70".to_owned()),
        ("From".to_owned(), "<sip:anne@example.dk>;tag=f1".to_owned()),
        ("To".to_owned(), "<sip:borgerservice@example.dk>".to_owned()),
        ("Call-ID".to_owned(), "one@192.0.2.7".to_owned()),
        ("CSeq".to_owned(), format!("1 {method}")),
        ("Contact".to_owned(), "<sip:anne@192.0.2.7>".to_owned()),
    ];
    if !body.is_empty() {
        lines.push(("Content-Type".to_owned(), "application/sdp".to_owned()));
    }
    lines.push(("Content-Length".to_owned(), body.len().to_string()));
    for (name, value) in changes {
        match lines.iter_mut().find(|(own, _)| own == name) {
            Some(line) => line.1 = (*value).to_owned(),
            None => lines.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    let mut text = format!("{first}\r\n");
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

const SDP: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";
const INVITE: &str = "INVITE sip:borgerservice@example.dk SIP/2.0";
const OPTIONS: &str = "OPTIONS sip:borgerservice@example.dk SIP/2.0";
const REGISTER: &str = "REGISTER sip:example.dk SIP/2.0";

fn verdict(bytes: &[u8]) -> Verdict {
    let verdict = screen(bytes, Transport::Udp);
    // Whatever came before, an honest question is answered: nothing is remembered.
    assert!(matches!(screen(&request(OPTIONS, &[], ""), Transport::Udp), Verdict::Pass(_)));
    verdict
}

#[track_caller]
fn passes(bytes: &[u8]) -> Message {
    match verdict(bytes) {
        Verdict::Pass(message) => message,
        other => panic!("{other:?}\n{}", String::from_utf8_lossy(bytes)),
    }
}

#[track_caller]
fn refused(bytes: &[u8], status: u16) -> String {
    match verdict(bytes) {
        Verdict::Refuse(refusal) => {
            assert_eq!(refusal.status, status, "{}", refusal.reason);
            refusal.answer("t1", "192.0.2.7:5066".parse().unwrap())
        }
        other => panic!("{other:?}\n{}", String::from_utf8_lossy(bytes)),
    }
}

#[track_caller]
fn dropped(bytes: &[u8], silent: Silent) {
    assert_eq!(verdict(bytes), Verdict::Drop(silent), "{}", String::from_utf8_lossy(bytes));
}

// RFC 4475, section 3.1.1: valid, however odd.

#[test]
fn white_space_folds_and_compact_names_are_taken_out() {
    let text = "INVITE sip:borgerservice@example.dk;unknown SIP/2.0\r\n\
        TO :\r\n sip:borgerservice@example.dk ;   tag    = 1918181833n\r\n\
        from   : \"J Hansen \\\\\\\"\"       <sip:anne@example.dk>\r\n  ;\r\n  tag = 98asjd8\r\n\
        MaX-fOrWaRdS: 0068\r\nCall-ID: wsinv.ndaksdj@192.0.2.1\r\nContent-Length   : 6\r\n\
        cseq: 0009\r\n  INVITE\r\nVia  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n\
        s :\r\nNewFangledHeader:   newfangled value\r\n continued newfangled value\r\n\
        Unusual: ;;,,;;,;\r\nContent-Type: application/sdp\r\n\
        Route:\r\n <sip:services.example.dk;lr;unknownwith=value;unknown-no-value>\r\n\
        v:  SIP  / 2.0  / TCP     spindle.example.dk   ;\r\n  branch  =   z9hG4bK9ikj8  ,\r\n \
        SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n\
        m:\"Quoted string \\\"\\\"\" <sip:anne@example.dk> ; newparam =\r\n      newvalue ;\r\n  \
        secondparam ; q = 0.33\r\n\r\nv=0\r\n ";
    let message = passes(text.as_bytes());
    assert_eq!(message.header("to"), Some("<sip:borgerservice@example.dk>;tag=1918181833n"));
    assert_eq!(
        message.header("From"),
        Some(r#""J Hansen \\\"" <sip:anne@example.dk>;tag=98asjd8"#)
    );
    assert_eq!(message.header("CSeq"), Some("9 INVITE"));
    assert_eq!(message.header("Max-Forwards"), Some("68"));
    assert_eq!(
        message.all("Via").collect::<Vec<_>>(),
        [
            "SIP/2.0/UDP 192.0.2.2;branch=390skdjuw",
            "SIP/2.0/TCP spindle.example.dk;branch=z9hG4bK9ikj8",
            "SIP/2.0/UDP 192.168.255.111;branch=z9hG4bK30239",
        ]
    );
    assert_eq!(
        message.header("Contact"),
        Some(r#""Quoted string \"\"" <sip:anne@example.dk>;newparam=newvalue;secondparam;q=0.33"#)
    );
    // What the gate lets through is plain: it comes through again as it is.
    assert_eq!(passes(&message.to_bytes()), message);
}

#[test]
fn every_sign_that_the_grammar_allows_is_read_and_a_method_nobody_knows_gets_501() {
    let answer = refused(
        request(
            "!odd-Method0123456789_*+`.%indeed'~ sip:1_odd.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,odd!*pas$wo~d_too.(doesn't-it)@example.dk SIP/2.0",
            &[
                ("To", "\"BEL:\\\u{7} NUL:\\\u{0} DEL:\\\u{7F}\" <sip:1_odd.URI~(to-be!sure)@example.dk>"),
                ("From", "token1~` token2'+_ token3*%!.- <sip:mundane@example.dk>;fromParam''~+*_!.-%=\"работающий\";tag=_token~1'+`*%!-."),
                ("extensionHeader-!.%*+_`'~", "\u{FEFF}大停電"),
            ],
            "",
        )
        .as_slice(),
        501,
    );
    assert!(!answer.contains('\u{7}') && !answer.contains('\0'));
    // An escaped letter in a method is another method.
    refused(&request("RE%47IST%45R sip:registrar.example.dk SIP/2.0", &[], ""), 501);
    for method in ["PRACK", "MESSAGE", "SUBSCRIBE", "PUBLISH"] {
        refused(&request(&format!("{method} sip:a@example.dk SIP/2.0"), &[], ""), 405);
    }
}

#[test]
fn escapes_in_addresses_are_read_and_kept() {
    let uri = "INVITE sip:sips%3Auser%40example.dk@example.dk SIP/2.0";
    let contact = "<sip:cal%6Cer@host5.example.dk;%6C%72;n%61me=v%61lue%25%34%31>";
    let message = passes(&request(uri, &[("Contact", contact)], SDP));
    assert_eq!(message.header("Contact"), Some(contact));
    let null = "sip:null-%00-null@example.dk";
    passes(&request(REGISTER, &[("To", null), ("From", &format!("{null};tag=1"))], ""));
    passes(&request("OPTIONS sip:user;par=u%40example.dk@example.dk SIP/2.0", &[], ""));
    passes(&request(
        REGISTER,
        &[("Contact", "<sip:user@example.dk?Route=%3Csip:sip.example.dk%3E>")],
        "",
    ));
}

#[test]
fn a_display_name_may_touch_its_address_and_parameters_their_owner() {
    let message =
        passes(&request(OPTIONS, &[("From", "caller<sip:caller@example.dk>;tag=323")], ""));
    assert_eq!(message.header("From"), Some("caller <sip:caller@example.dk>;tag=323"));
    for contact in
        ["sip:+4500@gw1.example.dk;unknownparam", "<sip:+4500@gw1.example.dk;unknownparam>"]
    {
        passes(&request(REGISTER, &[("Contact", contact)], ""));
    }
}

#[test]
fn long_values_and_many_of_them_are_read() {
    let name = format!("\"{}\" <sip:{}@example.dk>;tag=12", "Amanda ".repeat(40), "a".repeat(300));
    let via = (0..40)
        .map(|n| format!("SIP/2.0/TCP sip{n}.example.dk;branch=z9hG4bK{}", "v".repeat(80)))
        .collect::<Vec<_>>()
        .join(", ");
    let call = "id".repeat(400);
    let changes = [("From", name.as_str()), ("Via", &via), ("Call-ID", &call), ("Allow", "INVITE")];
    let message = passes(&request(INVITE, &changes, SDP));
    assert_eq!(message.all("via").count(), 40);
    assert!(message.to_bytes().len() < MOST_BYTES);
}

#[test]
fn what_follows_a_message_in_its_datagram_is_no_part_of_it() {
    let mut bytes = request(REGISTER, &[], "");
    bytes.extend(request(INVITE, &[], SDP));
    let message = passes(&bytes);
    assert_eq!((message.method(), message.body.len()), (Some("REGISTER"), 0));
}

#[test]
fn any_transport_may_stand_in_a_via() {
    let via = "SIP/2.0/UDP t1.example.dk;branch=z9hG4bK1, SIP/2.0/SCTP t2.example.dk;branch=z9hG4bK2, \
        SIP/2.0/UNKNOWN t5.example.dk;branch=z9hG4bK5";
    passes(&request(OPTIONS, &[("Via", via)], ""));
}

#[test]
fn several_parts_in_a_body_are_kept_byte_by_byte() {
    let body = "--7a9c\r\nContent-Type: text/plain\r\n\r\nhej\u{1}\r\n--7a9c--\r\n";
    let kind = "multipart/mixed;boundary=\"7a9c\"";
    let message = passes(&request(INVITE, &[("Content-Type", kind)], body));
    assert_eq!(message.body, body.as_bytes());
}

#[test]
fn the_words_of_a_response_may_be_any_or_none() {
    let rest = "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\nFrom: <sip:a@example.dk>;tag=1\r\n\
        To: <sip:b@example.dk>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";
    for first in ["SIP/2.0 200 = 2**3 * 5**2 но сто девяносто", "SIP/2.0 100 "] {
        passes(format!("{first}\r\n{rest}").as_bytes());
    }
    for first in ["SIP/2.0 4294967301 better not break", "SIP/2.0 99 early", "SIP/2.0 700 late"] {
        dropped(format!("{first}\r\n{rest}").as_bytes(), Silent::BadResponse);
    }
    let large = rest.replace("CSeq: 1 ", "CSeq: 9292394834772304023312 ");
    dropped(format!("SIP/2.0 503 Busy\r\n{large}").as_bytes(), Silent::BadResponse);
}

// RFC 4475, section 3.1.2: broken.

#[test]
fn separators_without_anything_between_them_are_refused() {
    for (name, value) in [
        ("Contact", "\"Joe\" <sip:joe@example.dk>;;;;"),
        ("From", "<sip:anne@example.dk>;;tag=1"),
        ("To", ",,<sip:anne@example.dk>"),
    ] {
        refused(&request(INVITE, &[(name, value)], SDP), 400);
    }
    let answer = refused(&request(INVITE, &[("Via", "SIP/2.0/UDP 192.0.2.15;;,;,,")], SDP), 400);
    assert!(answer.contains("Via: SIP/2.0/UDP 192.0.2.15;received=192.0.2.7;rport=5066\r\n"));
}

#[test]
fn a_length_that_is_not_true_is_refused() {
    for length in ["9999", "-999", "", "x", "1 2", "99999999999999999999"] {
        let mut bytes = request(INVITE, &[("Content-Length", "L")], SDP);
        let text = String::from_utf8(bytes.clone()).unwrap();
        bytes =
            text.replace("Content-Length: L", &format!("Content-Length: {length}")).into_bytes();
        refused(&bytes, 400);
    }
    // In a datagram it may be left out, in a stream it may not.
    let without = request(INVITE, &[("Content-Length", "")], SDP);
    assert_eq!(passes(&without).body, SDP.as_bytes());
    assert!(matches!(screen(&without, Transport::Stream), Verdict::Refuse(r) if r.status == 400));
}

#[test]
fn numbers_out_of_bounds_are_refused() {
    for (name, value) in [
        ("CSeq", "36893488147419103232 REGISTER"),
        ("CSeq", "2147483648 REGISTER"),
        ("Max-Forwards", "300"),
        ("Max-Forwards", "-1"),
        ("Expires", "10000000000"),
        ("Expires", "soon"),
    ] {
        refused(&request(REGISTER, &[(name, value)], ""), 400);
    }
    // Zero hops are enough to reach us.
    passes(&request(OPTIONS, &[("Max-Forwards", "0")], ""));
}

#[test]
fn broken_addresses_are_refused() {
    for (name, value) in [
        ("To", "\"Mr. J. User <sip:j.user@example.dk>"),
        ("To", "\"Watson, Thomas\" < sip:t.watson@example.dk >"),
        ("From", "Bell, Alexander <sip:a.g.bell@example.dk>;tag=43"),
        ("Contact", "sip:user@example.dk?Route=%3Csip:sip.example.dk%3E"),
        ("To", "<sip:user@example.dk"),
        ("To", "sip:user@example.dk>"),
        ("To", "<sip:%4@example.dk>"),
        ("To", "<sip:user@exa mple.dk>"),
        ("To", "<sip:user@example.dk:99999>"),
    ] {
        refused(&request(INVITE, &[(name, value)], SDP), 400);
    }
    for uri in [
        "<sip:user@example.dk>",
        "sip:user@example.dk; lr",
        "sip:user@example.dk?Route=%3Csip:example.dk%3E",
        "user@example.dk",
        "sip:",
        "sip:user@example.dk:0",
        "sip:2001:db8::10",
    ] {
        refused(&request(&format!("INVITE {uri} SIP/2.0"), &[], SDP), 400);
    }
}

#[test]
fn a_first_line_has_single_spaces_and_our_version() {
    for first in [
        "INVITE  sip:user@example.dk  SIP/2.0",
        "INVITE sip:user@example.dk SIP/2.0  ",
        "INVITE\tsip:user@example.dk SIP/2.0",
    ] {
        let changes = [("CSeq", "1 INVITE")];
        refused(&request(first, &changes, SDP), 400);
    }
    let changes = [("Via", "SIP/7.0/UDP 192.0.2.7;branch=z9hG4bK1"), ("CSeq", "1 OPTIONS")];
    refused(&request("OPTIONS sip:t.watson@example.dk SIP/7.0", &changes, ""), 505);
}

#[test]
fn a_date_in_another_zone_is_refused() {
    let date = "Fri, 01 Jan 2010 16:00:00 EST";
    refused(&request(INVITE, &[("Date", date)], SDP), 400);
    passes(&request(INVITE, &[("Date", "Fri, 01 Jan 2010 16:00:00 GMT")], SDP));
}

#[test]
fn two_names_for_one_method_are_refused() {
    refused(&request(OPTIONS, &[("CSeq", "8 INVITE")], ""), 400);
    // Nobody's method comes first: what is not known may be right.
    refused(&request("NEWMETHOD sip:user@example.dk SIP/2.0", &[("CSeq", "8 INVITE")], ""), 501);
}

// RFC 4475, sections 3.2 to 3.4.

#[test]
fn a_branch_that_tells_nothing_is_refused_and_none_at_all_is_an_old_caller() {
    refused(&request(OPTIONS, &[("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK")], ""), 400);
    let old = [
        ("Via", "SIP/2.0/UDP iftgw.example.dk"),
        ("Max-Forwards", ""),
        ("From", "<sip:a@example.dk>"),
    ];
    passes(&request(INVITE, &old, SDP));
}

#[test]
fn what_must_stand_once_stands_once() {
    for name in ["From", "To", "Call-ID", "CSeq", "Via"] {
        let bytes = request(INVITE, &[(name, "")], SDP);
        if name == "Via" {
            dropped(&bytes, Silent::NoWayBack);
        } else {
            refused(&bytes, 400);
        }
    }
    for (name, value) in [
        ("from", "<sip:other@example.dk>;tag=1"),
        ("t", "<sip:other@example.dk>"),
        ("i", "another"),
        ("cseq", "8 INVITE"),
        ("max-forwards", "5"),
        ("l", "150"),
    ] {
        refused(&request(INVITE, &[(name, value)], SDP), 400);
    }
}

#[test]
fn schemes_nobody_can_call_get_416() {
    for uri in ["nobodyKnowsThisScheme:totallyopaquecontent", "soap.beep://192.0.2.103:3002"] {
        refused(&request(&format!("OPTIONS {uri} SIP/2.0"), &[], ""), 416);
    }
    let strange = [("To", "isbn:2983792873"), ("From", "<http://www.example.dk>;tag=3")];
    refused(&request(REGISTER, &strange, ""), 400);
    passes(&request(OPTIONS, &strange, ""));
    passes(&request("INVITE tel:+4500121001 SIP/2.0", &[], SDP));
}

#[test]
fn extensions_we_lack_are_named() {
    let strange =
        [("Require", "nothingSupportsThis, 100rel"), ("Proxy-Require", "noProxiesSupportThis")];
    let answer = refused(&request(OPTIONS, &strange, ""), 420);
    assert!(answer.contains("Unsupported: nothingSupportsThis, 100rel\r\n"));
    passes(&request(INVITE, &[("Require", "timer")], SDP));
    passes(&request("CANCEL sip:a@example.dk SIP/2.0", &[("Require", "x")], ""));
}

#[test]
fn content_we_cannot_read_and_answers_the_sender_cannot_read() {
    let answer =
        refused(&request(INVITE, &[("Content-Type", "application/unknownformat")], "<x/>"), 415);
    assert!(answer.contains("Accept: application/sdp\r\n"));
    refused(&request(INVITE, &[("Content-Encoding", "gzip")], SDP), 415);
    refused(&request(INVITE, &[("Accept", "text/nobodyKnowsThis")], SDP), 406);
    passes(&request(INVITE, &[("Accept", "application/sdp, text/html")], SDP));
    // An offer may come later.
    passes(&request(INVITE, &[], ""));
}

#[test]
fn unknown_ways_to_sign_in_are_left_to_the_registrar() {
    passes(&request(REGISTER, &[("Authorization", "NoOneKnowsThisScheme opaque-data=here")], ""));
}

// RFC 5118.

#[test]
fn addresses_of_version_six_stand_in_brackets() {
    let six = [("Via", "SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111")];
    passes(&request("REGISTER sip:[2001:db8::10] SIP/2.0", &six, ""));
    passes(&request("REGISTER sip:[2001:db8::10:5070] SIP/2.0", &six, ""));
    passes(&request("REGISTER sip:[2001:db8::10]:5070 SIP/2.0", &six, ""));
    for bad in ["sip:2001:db8::10", "sip:[2001:db8::10", "sip:[2001:db8::g]", "sip:[::1]x"] {
        refused(&request(&format!("REGISTER {bad} SIP/2.0"), &six, ""), 400);
    }
    for received in ["[2001:db8::9:255]", "2001:db8::9:255"] {
        let via = format!("SIP/2.0/UDP [2001:db8::9:1];received={received};branch=z9hG4bKas3");
        passes(&request("BYE sip:[2001:db8::10] SIP/2.0", &[("Via", &via)], ""));
    }
    passes(&request("INVITE sip:user@[::ffff:192.0.2.10] SIP/2.0", &six, SDP));
    // Three colons, as the grammar of RFC 3261 had it, are written as two.
    let to = [("To", "<sip:user@[2001:db8:::192.0.2.1]>")];
    let plain = passes(&request("OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0", &to, ""));
    assert_eq!(plain.header("To"), Some("<sip:user@[2001:db8::192.0.2.1]>"));
    assert!(plain.to_string().starts_with("OPTIONS sip:user@[2001:db8::192.0.2.1] SIP/2.0"));
}

// What comes besides messages.

#[test]
fn noise_gets_no_answer() {
    dropped(b"\r\n\r\n", Silent::KeepAlive);
    dropped(b"\0", Silent::KeepAlive);
    for noise in
        [&b"\x16\x03\x01\x02\x00"[..], b"GET / HTTP/1.1\r\n\r\n", b"hello", b"\x80\x08\x01"]
    {
        dropped(noise, Silent::Noise);
    }
    dropped(&request("ACK sip:a@example.dk SIP/2.0", &[("CSeq", "x")], ""), Silent::BadAck);
}

#[test]
fn an_answer_goes_back_the_way_the_request_came() {
    let two =
        "SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKa, SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKb";
    let answer = refused(&request("FOO sip:a@example.dk SIP/2.0", &[("Via", two)], ""), 501);
    let lines: Vec<&str> = answer.split("\r\n").collect();
    assert_eq!(
        lines[..7],
        [
            "SIP/2.0 501 Not Implemented",
            "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa;received=192.0.2.7;rport=5066",
            "Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKb",
            "To: <sip:borgerservice@example.dk>;tag=t1",
            "From: <sip:anne@example.dk>;tag=f1",
            "Call-ID: one@192.0.2.7",
            "CSeq: 1 FOO",
        ]
    );
    let tagged = [("To", "<sip:a@example.dk>;tag=own")];
    let answer = refused(&request("FOO sip:a@example.dk SIP/2.0", &tagged, ""), 501);
    assert!(answer.contains("To: <sip:a@example.dk>;tag=own\r\n"));
}

proptest! {
    /// Nothing that comes over the wire stops the gate; what it lets through is plain, and what it
    /// answers has no line that the sender wrote.
    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = screen(&bytes, Transport::Udp);
    }

    #[test]
    fn a_damaged_message_is_judged_and_what_passes_is_plain(
        place in 0..400_usize,
        byte in any::<u8>(),
        cut in 0..500_usize,
    ) {
        let mut bytes = request(INVITE, &[("Subject", "hej")], SDP);
        let length = bytes.len();
        bytes[place % length] = byte;
        bytes.truncate(length - cut % length);
        match screen(&bytes, Transport::Udp) {
            Verdict::Pass(message) => {
                let again = screen(&message.to_bytes(), Transport::Stream);
                prop_assert_eq!(again, Verdict::Pass(message));
            }
            Verdict::Refuse(refusal) => {
                let answer = refusal.answer("t", "192.0.2.7:1".parse().unwrap());
                prop_assert!(answer.ends_with("\r\n\r\n"));
                prop_assert!(!answer.replace("\r\n", "").contains(['\r', '\n']));
            }
            Verdict::Drop(_) => {}
        }
    }
}
