//! A telephone that others wrote, both ways: baresip.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rules::calls::{Cause, Happened, Input, Phase, Told};
use tokio::process::{Child, Command};

use crate::house::{House, LINE, Sipp, free, ip, person};

/// baresip at an address of ours, signed in as Bo, which answers by itself. It knows MD5 alone.
struct Baresip {
    child: Child,
    folder: std::path::PathBuf,
}

impl Drop for Baresip {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Baresip {
    async fn at(at: SocketAddr, house: SocketAddr, commands: &[&str]) -> Self {
        let name = format!("straks-baresip-{}-{}", std::process::id(), at.port());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let modules = ["account", "g711", "g722", "ausine", "aufile", "uuid", "menu"];
        let modules: String = modules.iter().map(|name| format!("module\t{name}.so\n")).collect();
        let config = format!(
            "sip_listen\t{at}\nmodule_path\t/usr/lib/baresip/modules\n{modules}\
             audio_source\tausine,440\naudio_player\taufile,{}\naudio_alert\taufile,/dev/null\n\
             ausrc_srate\t48000\nauplay_srate\t48000\n\
             ausrc_channels\t2\nauplay_channels\t2\n",
            folder.join("heard.wav").display()
        );
        std::fs::write(folder.join("config"), config).unwrap();
        let account = format!(
            "<sip:bo@{house}>;auth_user=bo;auth_pass=hemmelig;answermode=auto;regint=3600\n"
        );
        std::fs::write(folder.join("accounts"), account).unwrap();
        std::fs::write(folder.join("contacts"), "").unwrap();
        let mut command = Command::new("baresip");
        command.arg("-f").arg(&folder);
        for wanted in commands {
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

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

#[tokio::test]
async fn baresip_signs_in_is_called_and_is_heard() {
    let mut house = House::plain().await;
    let phone = Baresip::at(free(ip(4)).await, house.address, &[]).await;
    for _ in 0..200 {
        if !house.exchange.sip().places("bo").is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(house.exchange.sip().places("bo").len(), 1, "{}", phone.log());
    let caller = Sipp::calls("wait", ip(2), house.address, LINE);
    let call = house.arrived().await;
    house.exchange.tell(call, Input::Said);
    house.exchange.tell(call, Input::Taken { by: person(2) });
    house
        .until(|happened| match happened {
            Happened::Stands { picture, .. } => {
                matches!(picture.phase, Phase::Talking { .. }).then_some(())
            }
            _ => None,
        })
        .await;
    // Half a second of its sound.
    let packets = || house.exchange.plane().figures().packets_in.load(Ordering::Relaxed);
    for _ in 0..200 {
        if packets() >= 25 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(packets() >= 25, "{} packets\n{}", packets(), phone.log());
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
