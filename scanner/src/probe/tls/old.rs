//! Suites and groups up to TLS 1.2.
//!
//! One hit proves a suite and, if it makes a fresh key, a group. Both are taken off the lists
//! together as long as that brings something new; then each list is brought to its end by its own
//! refusal: groups with every suite on a curve offered, suites with every group offered, because
//! without the curve of its certificate a server hides its ECDSA suites.

use luytre_checks::fact::{Order, TlsVersion, Tri};

use super::{
    ask::{Answer, Asker, Flight, Question},
    found::{Found, News},
    offer::{self, ALL_GROUPS, OLD, in_field, is_finite, left, on_curve},
    settle::Settled,
};

/// A hit at a place this close to the length of the list that was refused shows that the server reads
/// such lists to their end.
const TAIL: usize = 32;

/// Whether `suite` is signed by an elliptic key, so that the curve of the certificate must be offered.
fn by_elliptic_key(suite: u16) -> bool {
    let name = luytre_checks::fact::Suite::from(suite)
        .name()
        .unwrap_or_default();
    name.contains("_ECDSA_")
}

/// Suites offered at once to a server that does not take long lists.
const PIECE: usize = 48;

/// Finite fields of the registry (RFC 7919): what is known of the server's use of our list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fields {
    /// It may follow the list: fields found are taken off it.
    Open,
    /// It uses what it likes, or all are found.
    Settled,
}

/// Which suites on curves are shown while groups are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    /// Those not found yet: each hit is worth two.
    Left,
    /// And last one that takes any group. A server that follows our order comes to it only when
    /// nothing else is left, and its refusal proves the end of the groups.
    LeftAndOne,
    /// All: their refusal proves the end of the groups.
    All,
}

/// A question of the survey, answered.
enum Step {
    Hit(Flight, News),
    Refused,
    Unknown,
}

struct Survey<'s, 'a> {
    asker: &'s mut Asker<'a>,
    name: Option<&'s str>,
    version: TlsVersion,
    found: Found,
    fields: Fields,
    /// Deepest place of a hit in what was offered, counted from the start.
    deepest: usize,
    /// So far the server chose in our order.
    climbing: bool,
}

/// Finds all suites and groups of `version`, beginning with the `first` hit on everything offered.
pub(super) async fn survey(
    asker: &mut Asker<'_>,
    name: Option<&str>,
    version: TlsVersion,
    first: &Flight,
) -> Found {
    let mut survey = Survey::new(asker, name, version);
    survey.note(&OLD, &ALL_GROUPS, first);
    survey.run(first).await;
    survey.verify(first.suite).await;
    survey.found
}

/// The same for a server that takes only short lists.
pub(super) async fn survey_in_pieces(
    asker: &mut Asker<'_>,
    name: Option<&str>,
    version: TlsVersion,
    first: &Flight,
) -> Found {
    let mut survey = Survey::new(asker, name, version);
    survey.note(offer::POPULAR, offer::POPULAR_GROUPS, first);
    survey.pieces(offer::POPULAR_GROUPS).await;
    let curves: Vec<_> = survey
        .found
        .suites
        .iter()
        .copied()
        .filter(|s| on_curve(*s))
        .collect();
    survey.groups(&curves).await;
    survey.finite().await;
    survey.found
}

impl<'s, 'a> Survey<'s, 'a> {
    fn new(asker: &'s mut Asker<'a>, name: Option<&'s str>, version: TlsVersion) -> Self {
        Self {
            asker,
            name,
            version,
            found: Found::default(),
            fields: Fields::Open,
            deepest: 0,
            climbing: true,
        }
    }

    async fn run(&mut self, first: &Flight) {
        if !self.joint(first).await {
            return;
        }
        let curves: Vec<_> = OLD
            .iter()
            .copied()
            .filter(|suite| on_curve(*suite))
            .collect();
        // Without extensions there is no list of groups to shorten.
        if self.version != TlsVersion::Ssl3 {
            self.groups(&curves).await;
        }
        self.suites().await;
        self.finite().await;
        let ended = self.found.suites_complete == Tri::Yes;
        if self.version == TlsVersion::Ssl3
            && ended
            && !self.found.suites.iter().any(|s| on_curve(*s))
        {
            // No suite on a curve, so no curve.
            self.found.groups_complete = Tri::Yes;
        }
    }

    /// Takes suites and groups off together. False when it broke off.
    async fn joint(&mut self, first: &Flight) -> bool {
        let mut last = first.clone();
        // A suite that is not on a curve, while such are left, says that the curves are at their end.
        while on_curve(last.suite) && last.group.is_some() && self.version != TlsVersion::Ssl3 {
            let (suites, groups) = (self.suites_left(), self.groups_left());
            match self.question(&suites, &groups).await {
                Step::Hit(flight, _) => last = flight,
                Step::Refused => break,
                Step::Unknown => return false,
            }
        }
        true
    }

    /// Brings the curves to their end, offering suites `on` curves.
    async fn groups(&mut self, on: &[u16]) {
        let free = |found: &[u16]| {
            found
                .iter()
                .copied()
                .rfind(|s| on_curve(*s) && !by_elliptic_key(*s))
        };
        let mut show = match free(&self.found.suites) {
            Some(_) if self.climbing => Show::LeftAndOne,
            _ => Show::Left,
        };
        // Without the curve of its certificate a server may hide all suites it has.
        let mut anchor = None;
        loop {
            let mut groups = self.groups_left();
            groups.retain(|group| !is_finite(*group));
            if groups.is_empty() {
                break;
            }
            groups.extend(anchor);
            let mut suites = left(on, &self.found.suites);
            if show == Show::Left && suites.is_empty() {
                show = Show::All;
            }
            match show {
                Show::Left => {}
                Show::LeftAndOne => suites.extend(free(&self.found.suites)),
                Show::All => suites = on.to_vec(),
            }
            if suites.is_empty() {
                break;
            }
            match self.question(&suites, &groups).await {
                Step::Refused if show == Show::Left => show = Show::All,
                Step::Refused if anchor.is_none() && free(&self.found.suites).is_none() => {
                    if !self.found.suites.iter().any(|suite| on_curve(*suite)) {
                        break;
                    }
                    anchor = self.asker.certificate_curve();
                    if !anchor.is_some_and(|curve| self.found.groups.contains(&curve)) {
                        return;
                    }
                }
                Step::Refused => break,
                // Whoever can use this certificate offers its curve, and then none of the others
                // comes into use, whichever side's order counts.
                Step::Hit(flight, _) if anchor.is_some() && flight.group == anchor => break,
                Step::Hit(_, news) if news.group => {}
                Step::Hit(..) | Step::Unknown => return,
            }
        }
        self.found.groups_complete = Tri::Yes;
    }

    /// Brings the suites to their end, with every group offered.
    async fn suites(&mut self) {
        let mut show_fields = false;
        loop {
            let suites = self.suites_left();
            if suites.is_empty() {
                break;
            }
            let hidden = !show_fields
                && self.fields == Fields::Open
                && self.found.groups.iter().any(|g| is_finite(*g));
            let groups = if hidden {
                let mut groups = ALL_GROUPS.clone();
                groups.retain(|group| !is_finite(*group) || !self.found.groups.contains(group));
                groups
            } else {
                ALL_GROUPS.clone()
            };
            match self.question(&suites, &groups).await {
                Step::Hit(..) => {}
                Step::Refused if hidden => show_fields = true,
                Step::Refused => break,
                Step::Unknown => return,
            }
        }
        self.found.suites_complete = Tri::Yes;
    }

    /// Brings the finite fields to their end, if the server follows our list of them.
    async fn finite(&mut self) {
        while self.fields == Fields::Open {
            let fields = |survey: &Self| -> Vec<u16> {
                survey
                    .groups_left()
                    .into_iter()
                    .filter(|group| is_finite(*group))
                    .collect()
            };
            let found_any = self.found.groups.iter().any(|group| is_finite(*group));
            let suites: Vec<_> = self
                .found
                .suites
                .iter()
                .copied()
                .filter(|s| in_field(*s))
                .collect();
            let groups = fields(self);
            if !found_any || suites.is_empty() || groups.is_empty() {
                return;
            }
            match self.question(&suites, &groups).await {
                Step::Hit(_, news) if news.group || self.fields == Fields::Settled => {}
                Step::Refused => return,
                Step::Hit(..) | Step::Unknown => {
                    self.found.groups_complete = Tri::Unknown;
                    return;
                }
            }
        }
    }

    /// Asks all suites once more, those taken last and in reverse. It shows whose order counts, and
    /// that the server reads a long list to its end, without which a refusal of the rest is worth
    /// nothing.
    async fn verify(&mut self, first: u16) {
        let place = |suite: &u16| OLD.iter().position(|s| s == suite);
        let mut taken = self.found.suites.clone();
        taken.sort_by_key(place);
        let passed_over = taken.first() != Some(&first);
        if passed_over {
            self.found.order = Order::Server;
        }
        let deep = self.deepest + TAIL >= self.suites_left().len();
        self.asker.reads_long_lists |= deep;
        if deep && (passed_over || taken.len() < 2) {
            return;
        }
        taken.reverse();
        let mut suites = self.suites_left();
        suites.extend(&taken);
        let hello = offer::hello(self.name, self.version, suites.clone(), ALL_GROUPS.clone());
        match self.asker.ask(&hello).await {
            Answer::Hello(flight) if taken.contains(&flight.suite) => {
                self.asker.reads_long_lists = true;
                self.found.order = match flight.suite {
                    _ if taken.len() < 2 => Order::Unknown,
                    suite if suite == first => Order::Server,
                    suite if suite == taken[0] && !passed_over => Order::Client,
                    _ => Order::Unknown,
                };
            }
            _ if deep => self.found.order = Order::Unknown,
            _ => {
                self.found.order = Order::Unknown;
                self.pieces(&ALL_GROUPS).await;
            }
        }
    }

    /// Brings the suites to their end in short lists.
    async fn pieces(&mut self, groups: &[u16]) {
        self.found.suites_complete = Tri::Unknown;
        for piece in OLD.chunks(PIECE) {
            loop {
                let suites = left(piece, &self.found.suites);
                if suites.is_empty() {
                    break;
                }
                match self.question(&suites, groups).await {
                    Step::Hit(..) => {}
                    Step::Refused => break,
                    Step::Unknown => return,
                }
            }
        }
        self.found.suites_complete = Tri::Yes;
    }

    /// Asks for one of `suites` with `groups`. A choice of something not offered proves nothing.
    async fn question(&mut self, suites: &[u16], groups: &[u16]) -> Step {
        let known = |list: &[u16], from: &[u16]| [list, &left(from, list)].concat();
        // What is known to be taken, last: it changes the answer and little else.
        let control = offer::hello(
            self.name,
            self.version,
            known(suites, &self.found.suites[..1]),
            known(groups, &self.found.groups),
        );
        let test = offer::hello(self.name, self.version, suites.to_vec(), groups.to_vec());
        let (test, control) = (Question::Hello(test), Question::Hello(control));
        let settled = self.asker.settle(&test, &control).await;
        if self.found.refused(&settled) {
            return Step::Refused;
        }
        match settled {
            Settled::Hit(flight)
                if flight.version == self.version && suites.contains(&flight.suite) =>
            {
                let news = self.note(suites, groups, &flight);
                Step::Hit(flight, news)
            }
            _ => Step::Unknown,
        }
    }

    /// Adds a hit on `suites` and `groups`.
    fn note(&mut self, suites: &[u16], groups: &[u16], flight: &Flight) -> News {
        let place = suites.iter().position(|suite| *suite == flight.suite);
        self.deepest = self.deepest.max(place.unwrap_or(0));
        let rank = |suite: u16| OLD.iter().position(|s| *s == suite);
        if self
            .found
            .suites
            .last()
            .is_some_and(|last| rank(*last) > rank(flight.suite))
        {
            self.climbing = false;
        }
        let ignored = |group: u16| is_finite(group) && !groups.contains(&group);
        if flight.dh_bits.is_some() || flight.group.is_some_and(ignored) {
            self.fields = Fields::Settled;
        }
        self.found.add(flight)
    }

    fn suites_left(&self) -> Vec<u16> {
        left(&OLD, &self.found.suites)
    }

    fn groups_left(&self) -> Vec<u16> {
        left(&ALL_GROUPS, &self.found.groups)
    }
}
