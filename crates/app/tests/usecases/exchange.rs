//! The exchange's side of the wire, for use cases of the telephone: the real calls of `rules`, without
//! sockets.

use app::App;
use app::calls::{Order, Telephone};
use app::queues::SetPresence;
use base::{Id, Scope};
use rules::calls::{Call, CallId, Effect, Happened, Input, Keep, Outlook, Set};
use rules::contacts::{Contact, ContactId};
use rules::queues::Presence;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use uuid::Uuid;

use crate::house::scope;

pub const METTE: &str = "mette@furesoe.example";
pub const JONAS: &str = "jonas@furesoe.example";
/// Frederikssund's front office, pension department, main number and social emergency duty.
pub const FRONT_OFFICE: &str = "+45 00 12 10 01";
pub const PENSION: &str = "+45 00 12 12 23";
pub const MAIN: &str = "+45 00 12 00 00";
pub const EMERGENCY: &str = "+45 00 12 99 99";
pub const LOUISE: &str = "+45 00 19 55 41";

/// The hotline that the members share.
pub const HOTLINE: &str = "+45 00 10 70 00";

/// The exchange's side of the wire: the real calls of `rules`, without sockets.
pub struct Exchange {
    orders: UnboundedReceiver<Order>,
    /// What is said to who waits, as of the last look.
    pub words: Option<Outlook>,
}

impl Exchange {
    pub fn of(app: &App) -> Self {
        let (sender, orders) = mpsc::unbounded_channel();
        app.use_telephone(Telephone {
            orders: sender,
            secrets: |login, secret, old| format!("{login}:{old}:{}", secret.len()),
            // Every telephone here is an old one.
            weak: Box::new(|_| true),
            registrar: "sip.straks.example".to_owned(),
            relays: None,
        });
        Self { orders, words: None }
    }

    /// What was asked of it since the last look, but for the words to those who wait.
    pub fn told(&mut self) -> Vec<Order> {
        let mut told = Vec::new();
        while let Ok(order) = self.orders.try_recv() {
            match order {
                Order::Outlook { outlook, .. } => self.words = Some(outlook),
                order => told.push(order),
            }
        }
        told
    }

    pub fn inputs(&mut self) -> Vec<Input> {
        let input = |order| match order {
            Order::Tell { input, .. } => input,
            other => panic!("{other:?}"),
        };
        self.told().into_iter().map(input).collect()
    }
}

/// A call of the exchange, with what it tells the use cases.
pub struct Line<'a> {
    pub app: &'a App,
    pub id: CallId,
    pub call: Call,
}

impl<'a> Line<'a> {
    /// Somebody calls, hears the greeting out and waits.
    pub async fn rings(app: &'a App, n: u128, dialled: &str, caller: Option<&str>) -> Line<'a> {
        let mut line = Self::arrives(app, n, dialled, caller).await;
        line.on(Input::Confirmed).await;
        line.on(Input::Said).await;
        line
    }

    pub async fn arrives(app: &'a App, n: u128, dialled: &str, caller: Option<&str>) -> Line<'a> {
        let id = Id::from_uuid(Uuid::from_u128(n));
        let (dialled, caller) = (dialled.to_owned(), caller.map(str::to_owned));
        app.hear(&Happened::Arrived { call: id, dialled, caller, at: app.now() })
            .await
            .expect("a line");
        Line { app, id, call: Call::new(app.now()) }
    }

    pub async fn on(&mut self, input: Input) {
        let at = self.app.now();
        let effects = self.call.on(input, at);
        self.told(effects).await;
    }

    pub async fn told(&mut self, effects: Vec<Effect>) {
        let (call, at) = (self.id, self.app.now());
        for effect in effects {
            if let Effect::Tell { what: told } = effect {
                self.app.hear(&Happened::Told { call, told, at }).await.expect("heard");
            }
        }
        let picture = self.call.clone();
        self.app.hear(&Happened::Stands { call, picture, at }).await.expect("seen");
    }

    /// Says something after the tone and hangs up; the exchange brings it twice.
    pub async fn leaves_a_message(&mut self) {
        let (call, at) = (self.id, self.app.now());
        let audio = b"RIFF sound".to_vec();
        let kept = Happened::Kept { call, keep: Keep::Message, audio, from: at, at };
        for _ in 0..2 {
            self.app.hear(&kept).await.expect("kept once");
        }
        self.on(Input::HungUp { leg: 0 }).await;
    }

    pub fn contact(&self) -> ContactId {
        Id::from_uuid(self.id.uuid())
    }
}

pub async fn state(app: &App, id: ContactId) -> Contact {
    store::contacts::read(&app.database, &app.tenant, id).await.expect("read").expect("there").0
}

pub async fn be_ready(app: &App, who: &Scope) {
    let wish = SetPresence { state: Presence::Ready, reason: String::new(), back_at: None };
    app.set_presence(who, wish).await.expect("presence");
}

/// A line whose caller speaks with Mette; Jonas is free.
pub async fn talking<'a>(app: &'a App, exchange: &mut Exchange) -> (Line<'a>, Scope, Scope) {
    let (mette, jonas) = (scope(app, METTE).await, scope(app, JONAS).await);
    be_ready(app, &mette).await;
    let mut line = Line::rings(app, 7, FRONT_OFFICE, Some(LOUISE)).await;
    app.dispatch().await.expect("dispatched");
    app.accept(&mette, line.contact()).await.expect("taken");
    let by = mette.person().expect("a person");
    assert_eq!(exchange.inputs(), [Input::Taken { by }]);
    line.on(Input::Taken { by }).await;
    line.on(Input::Answered { leg: 1, on: Set::Browser }).await;
    be_ready(app, &jonas).await;
    (line, mette, jonas)
}
