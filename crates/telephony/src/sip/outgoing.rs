//! Calls that go out.

use std::io;
use std::net::SocketAddr;

use rsipstack::dialog::authenticate::Credential;
use rsipstack::dialog::invitation::InviteOption;
use rsipstack::sip::headers::Header;
use rsipstack::sip::{Transport, Uri};
use rsipstack::transport::SipAddr;

use super::counters::Count;
use super::leg::{Begin, First, Leg, Listener, drive};
use super::number::dialled;
use super::numbering::{Account, Trunk, Way};
use super::registrar::Place;
use super::session::{self, Session};
use super::{Inner, Sip, headers};
use crate::sdp::{Codec, Direction, Ours, Secrecy};

/// Who is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Callee {
    /// A number, through a trunk.
    Outside { trunk: String, number: String },
    /// A desk phone where it is; `shown` is what it is to display.
    Phone { device: String, place: Box<Place>, shown: Option<String> },
}

impl Sip {
    /// Calls somebody. `sound` is where our sound comes in.
    ///
    /// # Errors
    /// When there is no such trunk, or no way to it.
    pub async fn call(
        &self,
        callee: Callee,
        sound: SocketAddr,
        codecs: &[Codec],
        listener: Listener,
    ) -> io::Result<Leg> {
        let sip = &self.0;
        let known = sip.known.now();
        let no = |what: &str| io::Error::new(io::ErrorKind::NotFound, what.to_owned());
        let (uri, to, way, shown, credential, device, demanded) = match callee {
            Callee::Outside { trunk, number } => {
                let trunk = known.trunk(&trunk).ok_or_else(|| no("no such trunk"))?;
                let uri = format!("sip:{}@{}", dialled(&number), trunk.address);
                let shown = dialled(&trunk.shown);
                (uri, trunk.address, trunk.way, shown, trunk.credential(), None, trunk.srtp)
            }
            Callee::Phone { device, place, shown } => {
                let shown = shown.map_or_else(|| "anonymous".to_owned(), |shown| dialled(&shown));
                let Place { contact, flow, .. } = *place;
                let demanded = known.phones_srtp && flow.way == Way::Tls;
                (contact, flow.address, flow.way, shown, None, Some(device), demanded)
            }
        };
        let mut callee = Uri::try_from(uri.as_str()).map_err(io::Error::other)?;
        let destination = sip.reach(to, way).await?;
        if way != Way::Udp && !callee.params.iter().any(|p| p.to_string().contains("transport")) {
            let transport = destination.r#type.unwrap_or_default();
            callee.params.push(rsipstack::sip::Param::Transport(transport));
        }
        let secrecy = Secrecy { private: way == Way::Tls, demanded };
        let mut ours = Ours::new(sip.number(), sound, secrecy, sip.rng.clone());
        let offer = ours.offer(codecs, Direction::Both);
        let auth = rsipstack::sip::Auth { user: shown, password: None };
        let from = Uri { auth: Some(auth), ..sip.contact(Way::Udp) };
        let wanted = Session { lasts_s: session::WANTED_S, ours: true };
        let mut with =
            vec![headers::allow(), Header::MinSE(session::SHORTEST_S.to_string().into())];
        with.push(Header::Supported("timer".into()));
        with.push(Header::SessionExpires(wanted.lasts_s.to_string().into()));
        with.push(match device {
            None => Header::PAssertedIdentity(format!("<{from}>").into()),
            Some(_) => headers::joins(),
        });
        let options = InviteOption {
            caller: from,
            callee,
            destination: Some(destination),
            offer: Some(offer.into_bytes()),
            contact: sip.contact(way),
            credential,
            headers: Some(with),
            ..InviteOption::default()
        };
        let (sender, states) = sip.layer.new_dialog_state_channel();
        let begun = sip.layer.do_invite_async(options, sender);
        let (dialog, task) = begun.map_err(io::Error::other)?;
        sip.counters.add(Count::CallsOut);
        let begin = Begin {
            dialog,
            states,
            ours,
            codecs: codecs.to_vec(),
            listener,
            session: None,
            device,
        };
        Ok(drive(sip.clone(), begin, First::Wait { task, to }))
    }
}

impl Trunk {
    /// Who we are to it.
    pub(super) fn credential(&self) -> Option<Credential> {
        let Account { user, password } = self.account.clone()?;
        Some(Credential { username: user, password, ..Credential::default() })
    }
}

impl Inner {
    /// The stack's address of somebody, with a stream to them if they want one.
    pub(super) async fn reach(&self, to: SocketAddr, way: Way) -> io::Result<SipAddr> {
        let transport = match way {
            Way::Udp => Transport::Udp,
            Way::Tcp => Transport::Tcp,
            Way::Tls => Transport::Tls,
        };
        let address = SipAddr { r#type: Some(transport), addr: to.into() };
        if way != Way::Udp && !self.endpoint.transport_layer.get_addrs().contains(&address) {
            let known = self.known.now();
            let trunk = known.trunks.iter().find(|trunk| (trunk.address, trunk.way) == (to, way));
            let named = trunk.and_then(|trunk| trunk.named.as_deref());
            self.streams.connect(to, way, named).await?;
        }
        Ok(address)
    }
}
