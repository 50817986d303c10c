//! A telephone that others wrote, both ways: baresip.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::Ordering;

use rules::calls::{Cause, Happened, Input, Phase, Told};
use sound::tone;
use tokio::process::{Child, Command};

use crate::caller::stands;
use crate::house::{House, LINE, Sipp, comes, free, ip, person};

/// baresip at an address of ours, which answers by itself. It knows MD5 alone.
pub struct Baresip {
    child: Child,
    folder: PathBuf,
}

/// How it calls and is called.
pub struct Wanted<'a> {
    /// Where its server is. From where telephones speak it signs in there, as Bo.
    pub server: SocketAddr,
    /// Its signalling and its sound are encrypted.
    pub encrypted: bool,
    /// What it says, in hertz.
    pub tone: u32,
    pub commands: &'a [&'a str],
}

impl Drop for Baresip {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Baresip {
    async fn at(at: SocketAddr, server: SocketAddr, commands: &[&str]) -> Self {
        Self::with(at, &Wanted { server, encrypted: false, tone: 440, commands })
    }

    pub fn with(at: SocketAddr, wanted: &Wanted<'_>) -> Self {
        let Wanted { server, encrypted, tone, commands } = wanted;
        let name = format!("straks-baresip-{}-{}", std::process::id(), at.port());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let modules =
            ["srtp", "account", "g711", "g722", "ausine", "aufile", "uuid", "menu", "sndfile"];
        let modules: String = modules.iter().map(|name| format!("module\t{name}.so\n")).collect();
        let config = format!(
            "sip_listen\t{at}\nmodule_path\t/usr/lib/baresip/modules\n{modules}\
             audio_source\tausine,{tone}\naudio_alert\taufile,/dev/null\n\
             snd_path\t{}\nausrc_srate\t48000\nausrc_channels\t2\n",
            folder.display()
        );
        std::fs::write(folder.join("config"), config).unwrap();
        let (way, sound) =
            if *encrypted { (";transport=tls", ";mediaenc=srtp-mand") } else { ("", "") };
        let signed_in = if at.ip() == ip(2) { 0 } else { 3_600 };
        let account = format!(
            "<sip:bo@{server}{way}>;auth_user=bo;auth_pass=hemmelig;answermode=auto;regint={signed_in}{sound}\n"
        );
        std::fs::write(folder.join("accounts"), account).unwrap();
        std::fs::write(folder.join("contacts"), "").unwrap();
        let mut command = Command::new("baresip");
        command.arg("-f").arg(&folder);
        for wanted in *commands {
            command.args(["-e", wanted]);
        }
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let errors = log.try_clone().unwrap();
        command.stdin(Stdio::null()).stdout(log).stderr(errors).kill_on_drop(true);
        match command.spawn() {
            Ok(child) => Self { child, folder },
            Err(error) => {
                panic!("baresip: {error}; install baresip-core (apt), as ./dev test does")
            }
        }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// How loud a tone was in the last second that it heard, in dB; nothing before there is a second.
    pub fn hears(&self, hertz: u32) -> f64 {
        let files = std::fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path());
        let heard = files.filter(|path| path.to_string_lossy().ends_with("-dec.wav")).last();
        let file = heard.and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
        // One channel of 16 bits behind a head of 44 bytes.
        let Some((head, sound)) = file.split_at_checked(44) else { return f64::NEG_INFINITY };
        let rate = u32::from_le_bytes(head[24..28].try_into().unwrap());
        let samples = sound.chunks_exact(2).map(|both| i16::from_le_bytes([both[0], both[1]]));
        let samples: Vec<i16> = samples.collect();
        let begin = samples.len().checked_sub(rate as usize);
        begin.map_or(f64::NEG_INFINITY, |begin| tone::level(&samples[begin..], rate, hertz))
    }
}

#[tokio::test]
async fn baresip_signs_in_is_called_and_is_heard() {
    let mut house = House::plain().await;
    let phone = Baresip::at(free(ip(4)).await, house.address, &[]).await;
    let signed_in = comes(|| house.exchange.sip().places("bo").len() == 1).await;
    assert!(signed_in, "{}", phone.log());
    let caller = Sipp::calls("wait", ip(2), house.address, LINE);
    let call = house.arrived().await;
    house.exchange.tell(call, Input::Said);
    house.exchange.tell(call, Input::Taken { by: person(2) });
    stands(&mut house, |phase| matches!(phase, Phase::Talking { .. })).await;
    // Half a second of its sound.
    let packets = || house.exchange.plane().figures().packets_in.load(Ordering::Relaxed);
    assert!(comes(|| packets() >= 25).await, "{} packets\n{}", packets(), phone.log());
    house.exchange.tell(call, Input::HangUp);
    caller.succeeds().await;
    house.is_empty().await;
}

#[tokio::test]
async fn baresip_calls_a_line_of_the_house_and_is_a_caller_like_any_other() {
    let mut house = House::plain().await;
    let number: String = LINE.split(' ').collect();
    let dial = format!("/dial sip:{number}@{}", house.address);
    let phone = Baresip::at(free(ip(5)).await, house.address, &[&dial]).await;
    let call = house.arrived().await;
    house.exchange.tell(call, Input::ClosedNow { voice_mail: false });
    house.exchange.tell(call, Input::Said);
    let cause = house
        .until(|happened| match happened {
            Happened::Told { told: Told::Ended { cause }, .. } => Some(*cause),
            _ => None,
        })
        .await;
    assert_eq!(cause, Cause::Closed, "{}", phone.log());
    house.is_empty().await;
}
