//! Families under a common budget.

use std::collections::BTreeMap;

use prometheus::proto::{Counter, Gauge, LabelPair, Metric, MetricFamily, MetricType};

/// Families in the making.
pub(super) struct Families {
    list: Vec<MetricFamily>,
    left: usize,
    dropped: BTreeMap<&'static str, u64>,
}

/// One family in the making.
pub(super) struct Family<'a> {
    name: &'static str,
    help: &'static str,
    kind: MetricType,
    metrics: Vec<Metric>,
    families: &'a mut Families,
}

/// A family's name and help.
#[derive(Clone, Copy)]
pub(super) struct Named(pub(super) &'static str, pub(super) &'static str);

const DROPPED: Named = Named(
    "posture_series_dropped_total",
    "Series left out because the series budget was spent, by family.",
);

/// Kept for the counts of what was left out: one for each family.
const RESERVED: usize = 32;

impl Families {
    pub(super) fn new(budget: usize, dropped: &BTreeMap<&'static str, u64>) -> Self {
        Self {
            list: Vec::new(),
            left: budget.saturating_sub(RESERVED),
            dropped: dropped.clone(),
        }
    }

    pub(super) fn gauge(&mut self, named: Named) -> Family<'_> {
        self.family(named, MetricType::GAUGE)
    }

    pub(super) fn counter(&mut self, named: Named) -> Family<'_> {
        self.family(named, MetricType::COUNTER)
    }

    fn family(&mut self, Named(name, help): Named, kind: MetricType) -> Family<'_> {
        self.dropped.entry(name).or_default();
        Family {
            name,
            help,
            kind,
            metrics: Vec::new(),
            families: self,
        }
    }

    /// The families in order, with the count of what was left out, which is never left out itself.
    pub(super) fn finish(mut self) -> (Vec<MetricFamily>, BTreeMap<&'static str, u64>) {
        let dropped = self.dropped.clone();
        self.left = dropped.len();
        let mut family = self.counter(DROPPED);
        for (name, count) in &dropped {
            family.add(&[("family", name)], count_value(*count));
        }
        family.done();
        (self.list, dropped)
    }
}

impl Family<'_> {
    /// Adds a series. Labels come in a fixed order; values are escaped by the encoder.
    pub(super) fn add(&mut self, labels: &[(&'static str, &str)], value: f64) {
        if self.families.left == 0 {
            *self.families.dropped.entry(self.name).or_default() += 1;
            return;
        }
        self.families.left -= 1;
        let labels = labels.iter().map(|(name, value)| {
            let mut pair = LabelPair::default();
            pair.set_name((*name).to_owned());
            pair.set_value((*value).to_owned());
            pair
        });
        let mut metric = Metric::from_label(labels.collect());
        if self.kind == MetricType::COUNTER {
            let mut counter = Counter::default();
            counter.set_value(value);
            metric.set_counter(counter);
        } else {
            let mut gauge = Gauge::default();
            gauge.set_value(value);
            metric.set_gauge(gauge);
        }
        self.metrics.push(metric);
    }

    /// Ends the family. One without series is not shown: unknown is absent.
    pub(super) fn done(self) {
        if self.metrics.is_empty() {
            return;
        }
        let mut family = MetricFamily::default();
        family.set_name(self.name.to_owned());
        family.set_help(self.help.to_owned());
        family.set_field_type(self.kind);
        family.set_metric(self.metrics);
        self.families.list.push(family);
    }
}

/// A count as a sample. Counts beyond 2^53 lose their last digits, as everywhere in Prometheus.
#[allow(clippy::cast_precision_loss, reason = "samples are floating point")]
pub(super) fn count_value(count: u64) -> f64 {
    count as f64
}

/// Seconds since 1970, to the millisecond.
#[allow(clippy::cast_precision_loss, reason = "samples are floating point")]
pub(super) fn seconds(at: jiff::Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1_000.0
}
