//! Desk phones: who they are and where.

use std::net::{IpAddr, SocketAddr};

use rsipstack::sip::headers::Header;
use rsipstack::sip::{HeadersExt, Request, StatusCode};
use rsipstack::transaction::Transaction;

use super::counters::Count;
use super::digest::{Answer, Claim};
use super::numbering::Way;
use super::registrar::{Asked, Flow, LONGEST_S, Place, Refused, SHORTEST_S};
use super::{Inner, Sip, headers, lock};

impl Sip {
    /// Where a device is.
    #[must_use]
    pub fn places(&self, user: &str) -> Vec<Place> {
        lock(&self.0.registrar).places(user, self.0.now())
    }
}

impl Inner {
    /// Which desk phone a request is from; `only` when it must be one alone.
    ///
    /// # Errors
    /// The questions to ask it.
    pub(super) fn device_of(
        &self,
        request: &Request,
        from: IpAddr,
        only: Option<&str>,
    ) -> Result<Claim, Vec<Header>> {
        let at = self.now();
        let known = self.known.now();
        let says = request.header_value("From").unwrap_or_default();
        let said = super::number::user_of(&says).and_then(|user| known.device(user));
        let ask = |stale| {
            self.counters.add(Count::Challenged);
            let secrets = said.map(|device| &device.secrets);
            let challenges = self.nonces.challenges(secrets, from, stale, at);
            challenges.into_iter().map(|text| Header::WwwAuthenticate(text.into())).collect()
        };
        let claims = headers::all(request, "Authorization");
        let Some(claim) = claims.iter().find_map(|claim| Claim::read(claim)) else {
            return Err(ask(false));
        };
        let known = self.known.now();
        let device =
            known.device(&claim.user).filter(|device| only.is_none_or(|only| only == device.user));
        let method = request.method.to_string();
        let secrets = device.map(|device| &device.secrets);
        match self.nonces.judge(&claim, secrets, &method, from, at) {
            Answer::Known => Ok(claim),
            Answer::Stale => Err(ask(true)),
            Answer::Wrong => {
                self.counters.add(Count::WrongSecret);
                self.gate.strike(from);
                Err(ask(false))
            }
        }
    }

    /// REGISTER
    pub(super) async fn register(&self, tx: &mut Transaction, from: SocketAddr, way: Way) {
        let request = tx.original.clone();
        let (status, with) = self.registration(&request, from, way);
        let _ = tx.reply_with(status, with, None).await;
    }

    fn registration(
        &self,
        request: &Request,
        from: SocketAddr,
        way: Way,
    ) -> (StatusCode, Vec<Header>) {
        if !self.known.now().is_phone_at(from.ip()) {
            self.counters.add(Count::Strangers);
            self.gate.strike(from.ip());
            return (StatusCode::Forbidden, vec![]);
        }
        let claim = match self.device_of(request, from.ip(), None) {
            Ok(claim) => claim,
            Err(challenges) => return (StatusCode::Unauthorized, challenges),
        };
        // A phone registers itself and nobody else.
        let to = request.header_value("To").unwrap_or_default();
        if super::number::user_of(&to) != Some(&claim.user) {
            self.counters.add(Count::Forbidden);
            return (StatusCode::Forbidden, vec![]);
        }
        let general = request.header_value("Expires").and_then(|text| text.parse().ok());
        let general = general.unwrap_or(LONGEST_S);
        let mut contacts = Vec::new();
        let mut all_away = false;
        for line in headers::all(request, "Contact") {
            if line == "*" {
                all_away = true;
                continue;
            }
            let (uri, rest) = line
                .split_once('<')
                .and_then(|(_, rest)| rest.split_once('>'))
                .unwrap_or((line.as_str(), ""));
            let own = rest.split(';').find_map(|part| part.trim().strip_prefix("expires="));
            let expires = own.and_then(|text| text.parse().ok()).unwrap_or(general);
            contacts.push((uri.to_owned(), expires));
        }
        // `*` stands alone and takes away (section 10.2.2).
        if all_away && (general != 0 || !contacts.is_empty()) {
            return (StatusCode::BadRequest, vec![]);
        }
        let asked = Asked {
            contacts,
            all_away,
            flow: Flow { way, address: from },
            weak: claim.is_weak(),
            call: request.call_id_header().map_or("", |id| id.value()),
            sequence: request.cseq_header().and_then(|cseq| cseq.seq()).unwrap_or_default(),
        };
        let at = self.now();
        match lock(&self.registrar).register(&claim.user, &asked, at) {
            Ok(places) => {
                self.counters.add(Count::Registered);
                let contact = |place: &Place| {
                    let left = place.until.seconds_since(at);
                    Header::Contact(format!("<{}>;expires={left}", place.contact).into())
                };
                (StatusCode::OK, places.iter().map(contact).collect())
            }
            Err(Refused::TooBrief) => {
                let least = Header::MinExpires(SHORTEST_S.to_string().into());
                (StatusCode::from(423), vec![least])
            }
            Err(Refused::OutOfOrder) => (StatusCode::ServerInternalError, vec![]),
        }
    }
}
