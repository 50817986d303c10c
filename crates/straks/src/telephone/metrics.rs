//! What `/metrics` says of the telephone. Read when it is asked for, like everything there.

use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use telephony::exchange::Exchange;
use telephony::media::figures::Histogram;

/// Bounds of what is told of times, in milliseconds.
const BOUNDS: [usize; 12] = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 60, 100];

/// Puts the telephone's figures to the others.
pub fn register(exchange: &Exchange, registry: &mut Registry) {
    let figures = exchange.plane().figures();
    let (dialogs, legs) = exchange.sip().open();
    let mut gauge = |name: &str, help: &str, value: usize| {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    let carried = usize::try_from(figures.legs.load(Ordering::Relaxed)).unwrap_or_default();
    gauge("calls", "Calls that go on", exchange.live().len());
    gauge("call_legs", "Ends of calls whose sound is carried", carried);
    gauge("call_ports", "UDP ports of telephones in use", exchange.plane().ports());
    gauge("sip_dialogs", "Dialogs that are open", dialogs);
    gauge("sip_legs", "Legs whose signalling is driven", legs);

    let alive = Family::<[(&str, String); 1], Gauge>::default();
    for trunk in &exchange.sip().numbering().trunks {
        let answers = exchange.sip().is_alive(&trunk.key).into();
        alive.get_or_create(&[("trunk", trunk.key.clone())]).set(answers);
    }
    registry.register("trunk_up", "Whether a trunk answered when it was last asked", alive);

    let counts = exchange.counters().all();
    let help = "Messages of SIP and what became of them, by kind";
    registry.register("sip", help, by_kind(counts));
    let packets: [(&str, &AtomicU64); 8] = [
        ("in", &figures.packets_in),
        ("out", &figures.packets_out),
        ("refused", &figures.refused),
        ("unopened", &figures.unopened),
        ("dropped", &figures.dropped),
        ("missing", &figures.missing),
        ("late", &figures.late),
        ("missed_there", &figures.missed_there),
    ];
    let packets = packets.map(|(kind, count)| (kind, count.load(Ordering::Relaxed)));
    registry.register("media_packets", "Packets of sound, by kind", by_kind(packets));
    for (name, help, count) in [
        ("media_ticks_skipped", "Ticks of 20 ms left out by a late thread", &figures.ticks_skipped),
        ("media_broken", "Legs that ended because something broke", &figures.broken),
        ("media_alarms", "How often the threads became so late that it is heard", &figures.alarms),
    ] {
        let counter = Counter::<u64>::default();
        counter.inc_by(count.load(Ordering::Relaxed));
        registry.register(name, help, counter);
    }
    let most = Gauge::<f64, AtomicU64>::default();
    most.set(figures.lateness.most().as_secs_f64());
    registry.register("media_lateness_most_seconds", "The latest tick since the start", most);
    for (name, help, histogram) in [
        ("media_lateness_seconds", "How late ticks were", &figures.lateness),
        (
            "media_round_trip_seconds",
            "To other ends and back, as they report",
            &figures.round_trips,
        ),
    ] {
        registry.register(name, help, Spread::of(histogram));
    }
}

fn by_kind(
    counts: impl IntoIterator<Item = (&'static str, u64)>,
) -> Family<[(&'static str, &'static str); 1], Counter> {
    let family = Family::<[(&str, &str); 1], Counter>::default();
    for (kind, count) in counts {
        family.get_or_create(&[("kind", kind)]).inc_by(count);
    }
    family
}

/// A histogram as it stands now.
#[derive(Debug)]
struct Spread {
    seconds: f64,
    count: u64,
    /// Bounds in seconds, each with how many lie between it and the one before.
    buckets: Vec<(f64, u64)>,
}

impl Spread {
    fn of(histogram: &Histogram) -> Self {
        let mut buckets = Vec::new();
        let mut before = 0;
        for millis in BOUNDS {
            // Whole milliseconds: what is shorter than the bound.
            let within = histogram.within(millis - 1);
            #[expect(clippy::cast_precision_loss, reason = "bounds are small")]
            buckets.push((millis as f64 / 1_000.0, within - before));
            before = within;
        }
        let count = histogram.count();
        buckets.push((f64::INFINITY, count.saturating_sub(before)));
        Self { seconds: histogram.sum().as_secs_f64(), count, buckets }
    }
}

impl EncodeMetric for Spread {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> std::fmt::Result {
        encoder.encode_histogram::<NoLabelSet>(self.seconds, self.count, &self.buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}
