//! A directory server of one's own (OpenLDAP's slapd) read by the program: by the node at its
//! interval, and from a shell with everything that can be wrong with a server.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use straks_load::node::{Folder, free_address};
use tokio::process::{Child, Command};

use crate::shell::{Said, configuration, content, says_with, serve, table_of};

/// What of Active Directory's schema the program reads, as Microsoft documents it.
const SCHEMA: &str = "
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.302 NAME 'sAMAccountType' EQUALITY integerMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.656 NAME 'userPrincipalName' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.2.141 NAME 'department' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP organizationalPerson STRUCTURAL
  MAY ( objectGUID $ userAccountControl $ sAMAccountType $ userPrincipalName $ department
      $ displayName $ mail $ mobile ) )
";
const PASSWORD: &str = "to birke og en bøg";
const READER: &str = "cn=straks,dc=horsens,dc=example";
/// May read five entries of an answer.
const SHORT: &str = "cn=short,dc=horsens,dc=example";

/// Twelve people in two units, one who works nowhere, one who was in Active Directory and one who is
/// not allowed in there any more.
fn entries() -> String {
    let mut ldif = String::from(
        "dn: dc=horsens,dc=example\nobjectClass: dcObject\nobjectClass: organization\no: Horsens\n\
         dc: horsens\n\n\
         dn: ou=Ydelse,dc=horsens,dc=example\nobjectClass: organizationalUnit\nou: Ydelse\n\n\
         dn: ou=Barselsvagten,ou=Ydelse,dc=horsens,dc=example\nobjectClass: organizationalUnit\n\
         ou: Barselsvagten\n\n\
         dn: ou=AD,dc=horsens,dc=example\nobjectClass: organizationalUnit\nou: AD\n\n\
         dn: ou=Aarhus,ou=Ydelse,dc=horsens,dc=example\nobjectClass: referral\n\
         objectClass: extensibleObject\nou: Aarhus\nref: ldap://aarhus.example/dc=aarhus\n\n\
         dn: cn=Ingen Steder,dc=horsens,dc=example\nobjectClass: inetOrgPerson\nsn: Steder\n\n",
    );
    for dn in [READER, SHORT] {
        write!(
            ldif,
            "dn: {dn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n\
             userPassword: {PASSWORD}\n\n"
        )
        .expect("memory takes it");
    }
    for n in 1..=12 {
        let unit = if n == 1 { "ou=Barselsvagten,ou=Ydelse" } else { "ou=Ydelse" };
        write!(
            ldif,
            "dn: cn=Kollega {n},{unit},dc=horsens,dc=example\nobjectClass: inetOrgPerson\nsn: {n}\n\
             title: Vagt\nuid: kollega{n}@horsens.example\ntelephoneNumber: 0016 62{n:02}\n\n"
        )
        .expect("memory takes it");
    }
    for (name, guid, control) in [
        ("Åse Holm", "AQIDBAUGBwgJCgsMDQ4P/w==", 512),
        ("Gået Hjem", "EQIDBAUGBwgJCgsMDQ4P/w==", 514),
    ] {
        write!(
            ldif,
            "dn: cn={control},ou=AD,dc=horsens,dc=example\nobjectClass: user\nsn: {control}\n\
             displayName: {name}\nobjectGUID:: {guid}\nuserAccountControl: {control}\n\
             sAMAccountType: 805306368\ndepartment: jobcenter\nuserPrincipalName: {control}@x.example\n\n"
        )
        .expect("memory takes it");
    }
    ldif
}

/// A running slapd; it is killed when this is dropped.
struct Slapd {
    _child: Child,
}

impl Slapd {
    /// Starts one at two addresses, the second with TLS from the first byte.
    async fn start(folder: &Path, plain: &str, tls: &str) -> Self {
        let data = folder.join("slapd");
        std::fs::create_dir(&data).expect("a folder");
        certify(&data).await;
        let at = |name: &str| data.join(name).display().to_string();
        std::fs::write(data.join("ad.schema"), SCHEMA).expect("written");
        std::fs::write(data.join("entries.ldif"), entries()).expect("written");
        let settings = format!(
            "include /etc/ldap/schema/core.schema\ninclude /etc/ldap/schema/cosine.schema\n\
             include /etc/ldap/schema/inetorgperson.schema\ninclude {}\nmodulepath /usr/lib/ldap\n\
             moduleload back_mdb\npidfile {}\nTLSCertificateFile {}\nTLSCertificateKeyFile {}\n\
             referral ldap://elsewhere.example\n\
             database mdb\ndirectory {}\nsuffix dc=horsens,dc=example\n\
             limits dn.exact={SHORT} size.prtotal=5\n\
             access to attrs=userPassword by * auth\n\
             access to * by users read by anonymous auth\n",
            at("ad.schema"),
            at("pid"),
            at("cert.pem"),
            at("key.pem"),
            data.display(),
        );
        let file = at("slapd.conf");
        std::fs::write(&file, settings).expect("written");
        run("/usr/sbin/slapadd", &["-q", "-f", &file, "-l", &at("entries.ldif")]).await;
        let addresses = format!("ldap://{plain}/ ldaps://{tls}/");
        let child = Command::new("/usr/sbin/slapd")
            .args(["-f", &file, "-h", &addresses, "-d", "0"])
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("slapd is installed");
        let mut tries = 0;
        while tokio::net::TcpStream::connect(tls).await.is_err() {
            tries += 1;
            assert!(tries < 200, "slapd does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self { _child: child }
    }
}

/// A certificate for `localhost` that is its own authority.
async fn certify(folder: &Path) {
    let settings = "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\n\
                    CN=localhost\n[ext]\nsubjectAltName=DNS:localhost\n\
                    basicConstraints=critical,CA:FALSE\n";
    let at = |name: &str| folder.join(name).display().to_string();
    std::fs::write(at("cert.cnf"), settings).expect("written");
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
    let files = ["-config", &at("cert.cnf"), "-keyout", &at("key.pem"), "-out", &at("cert.pem")];
    run("openssl", &words.split(' ').chain(files).collect::<Vec<_>>()).await;
}

async fn run(program: &str, words: &[&str]) {
    let done = Command::new(program).args(words).output().await.expect("it is installed");
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

fn section(municipality: &str, lines: &[(&str, &str)]) -> String {
    let mut text = format!("[[ldap]]\nmunicipality = \"{municipality}\"\n");
    for (key, value) in lines {
        writeln!(text, "{key} = {value:?}").expect("memory takes it");
    }
    text
}

/// The test's town: one data folder, and configurations that differ in their servers.
struct Town {
    folder: Folder,
    listen: String,
}

impl Town {
    fn config(&self, name: &str, sections: &str) -> PathBuf {
        let (folder, content) = (self.folder.path(), content());
        configuration(folder, name, "town", &self.listen, Some(&content), sections)
    }

    /// Reads Horsens' server as `lines` say.
    async fn read(&self, lines: &[(&str, &str)], more: &[&str]) -> Said {
        let config = self.config("try", &section("horsens", lines));
        let words = ["directory", "ldap", "--municipality", "horsens"];
        says_with(&config, &[&words, more].concat()).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_a_directory_server_come_in_and_a_wrong_answer_empties_nothing() {
    let town = Town {
        folder: Folder::new().expect("a folder"),
        listen: free_address().expect("an address"),
    };
    let (plain, tls) = (free_address().expect("free"), free_address().expect("free"));
    let named = |address: &str| address.replace("127.0.0.1", "localhost");
    let (starttls, ldaps) =
        (format!("ldap://{}", named(&plain)), format!("ldaps://{}", named(&tls)));
    let trust = town.folder.path().join("slapd/cert.pem").display().to_string();
    let good = |changed: &[(&'static str, &str)]| {
        let usual = [
            ("server", "openldap"),
            ("url", &*starttls),
            ("trust", &*trust),
            ("account", READER),
            ("password", PASSWORD),
            ("base", "dc=horsens,dc=example"),
            ("units", "(&(objectClass=organizationalUnit)(!(ou=AD)))"),
        ];
        let usual =
            usual.into_iter().filter(|(key, _)| changed.iter().all(|(other, _)| other != key));
        let changed = changed.iter().filter(|(_, value)| !value.is_empty());
        let lines = usual.chain(changed.copied());
        lines.map(|(key, value)| (key, value.to_owned())).collect::<Vec<_>>()
    };
    let read = async |changed: &[(&'static str, &str)], more: &[&str]| {
        let lines = good(changed);
        let lines: Vec<_> = lines.iter().map(|(key, value)| (*key, &**value)).collect();
        town.read(&lines, more).await
    };

    // The node reads it by itself.
    let _slapd = Slapd::start(town.folder.path(), &plain, &tls).await;
    let lines = good(&[]);
    let lines: Vec<_> = lines.iter().map(|(key, value)| (*key, &**value)).collect();
    let config = town.config("node", &section("horsens", &lines));
    let mut node = serve(&config, &town.listen).await;
    let mut table = String::new();
    for _ in 0..100 {
        table = table_of(&config, "horsens").await;
        if table.contains("Kollega 12") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    node.kill().await.expect("it ran until now");
    let row = |name: &str| table.lines().find(|row| row.contains(name)).unwrap_or(&table);
    assert!(row("Kollega 1;").contains(";barselsvagten;Vagt;kollega1@horsens.example;"));
    assert!(row("Kollega 12;").contains(";pension-og-ydelser;Vagt;"), "its unit is called Ydelse");
    let team = "team;barselsvagten;Barselsvagten;;pension-og-ydelser;";
    assert!(row(";Barselsvagten;").starts_with(team), "{table}");
    assert!(table.contains("+45 00 16 62 12") && table.contains("Kurt Sommer"), "{table}");

    // By hand it says the same, and who is passed over.
    let same = read(&[], &["--dry-run"]).await;
    assert!(same.well, "{}", same.err);
    assert!(same.err.contains("person: 0 would be added, 0 changed, 0 removed; 12 as before"));
    assert!(same.err.contains("passed over (unit): 1 of [\"cn=Ingen Steder,"), "{}", same.err);
    let over_tls = read(&[("url", &ldaps)], &[]).await;
    assert!(over_tls.well, "{}", over_tls.err);
    let here = read(&[("url", &format!("ldap://{plain}")), ("tls", "none")], &[]).await;
    assert!(here.well, "{}", here.err);

    // Half an answer, or a wrong one, is none.
    let nobody = free_address().expect("free");
    let wrong: [(&[(&'static str, &str)], &str); 9] = [
        (&[("url", &format!("ldaps://{nobody}"))], "does not answer"),
        (&[("url", &format!("ldaps://{tls}"))], "is not who it should be"),
        (&[("trust", "")], "is not who it should be"),
        (&[("url", &format!("ldap://{}", named(&tls)))], "does not answer"),
        (&[("password", "geheim")], "does not take the name or the password"),
        (&[("account", SHORT)], "gives only a part of its answer"),
        (&[("base", "dc=elsewhere,dc=example")], "referrals are not followed"),
        (&[("people", "(cn=nobody)")], "Nobody in the answer can be taken"),
        (&[("people", "(cn=Kollega 1)")], "so much would vanish"),
    ];
    for (changed, expected) in wrong {
        let told = read(changed, &[]).await;
        assert!(!told.well && told.err.contains(expected), "{expected}: {}", told.err);
    }
    assert_eq!(table_of(&config, "horsens").await, table);
    let said = read(&[("people", "(cn=Kollega 1)")], &["--even-if-many"]).await;
    assert!(said.well && said.err.contains("11 removed"), "{}", said.err);

    // As Active Directory has it: binary ids, and accounts that are disabled.
    let account =
        [("account", READER), ("password", PASSWORD), ("base", "ou=AD,dc=horsens,dc=example")];
    let ad = [("server", "active-directory"), ("url", &*ldaps), ("trust", &*trust)];
    let config = town.config("ad", &section("soroe", &[&ad[..], &account].concat()));
    let words = ["directory", "ldap", "--municipality", "soroe"];
    let told = says_with(&config, &words).await;
    assert!(told.well && told.err.contains("person: 1 added"), "{}", told.err);
    let table = table_of(&config, "soroe").await;
    assert!(table.contains("person;04030201-0605-0807-090a-0b0c0d0e0fff;Åse Holm;"), "{table}");
}
