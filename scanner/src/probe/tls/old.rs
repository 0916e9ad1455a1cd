//! Suites and groups up to TLS 1.2.
//!
//! One hit proves a suite and, if it makes a fresh key, a group. Both are taken off the lists
//! together as long as that brings something new; then each list is brought to its end by its own
//! refusal: suites with every group offered, because without the curve of its certificate a server
//! hides its ECDSA suites, and then groups with the suites that are known to be taken. Those stand
//! behind all that were refused and in reverse, so the same hits show whose order counts, and that the
//! server reads a long list to its end, without which a refusal of the rest is worth nothing.

mod known;

use luytre_checks::fact::{Order, TlsVersion, Tri};

use super::{
    ask::{Answer, Asker, Flight, Question},
    found::{Found, News},
    offer::{self, ALL_GROUPS, OLD, by_elliptic_key, in_field, is_finite, left, on_curve},
    settle::Settled,
};

/// A hit at a place this close to the length of the list that was refused shows that the server reads
/// such lists to their end.
const TAIL: usize = 32;

/// Hits after which more can be expected.
const MANY: usize = 6;

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

/// How suites are offered while groups are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    /// Those that are taken, behind all that were refused.
    BehindRefused,
    /// Those that are taken, alone.
    Taken,
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
    /// The choice when everything was offered.
    first: u16,
    /// Suites that were refused with the groups then left, and how many groups had been found.
    refused: Option<(Vec<u16>, usize)>,
}

/// Finds all suites and groups of `version`, beginning with the `first` hit on everything offered.
pub(super) async fn survey(
    asker: &mut Asker<'_>,
    name: Option<&str>,
    version: TlsVersion,
    first: &Flight,
) -> Found {
    let mut survey = Survey::new(asker, name, version, first.suite);
    survey.note(&OLD, &ALL_GROUPS, first);
    if survey.joint(first).await {
        survey.run().await;
    } else {
        survey.verify().await;
    }
    survey.found
}

/// The same for a server that takes only short lists.
pub(super) async fn survey_in_pieces(
    asker: &mut Asker<'_>,
    name: Option<&str>,
    version: TlsVersion,
    first: &Flight,
) -> Found {
    let mut survey = Survey::new(asker, name, version, first.suite);
    survey.note(offer::POPULAR, offer::POPULAR_GROUPS, first);
    survey.pieces(offer::POPULAR_GROUPS).await;
    survey.groups(Show::Taken).await;
    survey.finite().await;
    survey.found
}

impl<'s, 'a> Survey<'s, 'a> {
    fn new(
        asker: &'s mut Asker<'a>,
        name: Option<&'s str>,
        version: TlsVersion,
        first: u16,
    ) -> Self {
        Self {
            asker,
            name,
            version,
            found: Found::default(),
            fields: Fields::Open,
            deepest: 0,
            first,
            refused: None,
        }
    }

    async fn run(&mut self) {
        self.suites().await;
        let refused = self.groups(Show::BehindRefused).await;
        self.finite().await;
        if !self.verify().await {
            self.groups(Show::Taken).await;
        } else if refused {
            self.found.groups_complete = Tri::Yes;
        }
    }

    /// Takes suites and groups off together. False when it broke off.
    async fn joint(&mut self, first: &Flight) -> bool {
        let mut last = first.clone();
        while self.version != TlsVersion::Ssl3 {
            let (mut suites, mut groups) = (self.suites_left(), self.groups_left());
            if self.mixes() {
                // It mixes the curves with the rest as it likes.
                suites.retain(|suite| on_curve(*suite));
            } else if !on_curve(last.suite) || last.group.is_none() {
                // With our order that says that the curves are at their end.
                break;
            }
            if suites.is_empty() {
                break;
            }
            let anchor = self.anchor();
            groups.extend(anchor);
            match self.question(&suites, &groups).await {
                Step::Hit(flight, _) => last = flight,
                Step::Refused => {
                    if anchor.is_none() {
                        self.refused = Some((suites, self.found.groups.len()));
                    }
                    break;
                }
                Step::Unknown => return false,
            }
        }
        true
    }

    /// Brings the curves to their end. True: refused behind suites that were refused, which proves
    /// the end only of a server that reads such a list to its end.
    async fn groups(&mut self, show: Show) -> bool {
        if self.wanted_a_group() {
            self.found.groups_complete = Tri::Yes;
            return false;
        }
        let suites_known = self.found.suites_complete == Tri::Yes;
        let mut taken = self.taken();
        taken.retain(|suite| on_curve(*suite));
        if taken.iter().any(|suite| !by_elliptic_key(*suite)) {
            taken.retain(|suite| !by_elliptic_key(*suite));
        }
        // No suite on a curve, so no curve. And without extensions there is no list to shorten.
        if taken.is_empty() || self.version == TlsVersion::Ssl3 {
            let none = taken.is_empty() && suites_known;
            self.found.groups_complete = if none { Tri::Yes } else { Tri::Unknown };
            return false;
        }
        loop {
            let mut groups = self.groups_left();
            groups.retain(|group| !is_finite(*group));
            if groups.is_empty() {
                break;
            }
            let anchor = self.anchor();
            groups.extend(anchor);
            let behind = show == Show::BehindRefused && suites_known;
            let mut suites = if behind {
                self.suites_left()
            } else {
                Vec::new()
            };
            suites.extend(&taken);
            match self.question(&suites, &groups).await {
                Step::Refused if anchor.is_none() && taken.iter().all(|s| by_elliptic_key(*s)) => {
                    return false;
                }
                Step::Refused if behind && !self.deep() => return true,
                Step::Refused => break,
                // Whoever can use this certificate offers its curve, and then none of the others
                // comes into use, whichever side's order counts.
                Step::Hit(flight, _) if anchor.is_some() && flight.group == anchor => {
                    self.weigh(&taken, flight.suite);
                    break;
                }
                Step::Hit(flight, news) if news.group => self.weigh(&taken, flight.suite),
                Step::Hit(..) | Step::Unknown => return false,
            }
        }
        self.found.groups_complete = Tri::Yes;
        false
    }

    /// Brings the suites to their end, with every group offered. Where many are taken, the first choice
    /// is offered again behind the rest: if another is chosen now, the server follows our order.
    async fn suites(&mut self) {
        let mut show_fields = false;
        let mut hits = 0;
        let mut mixed = self.mixes();
        let mut back = false;
        loop {
            let mut suites = self.suites_left();
            if suites.is_empty() {
                break;
            }
            let hidden = !show_fields
                && self.fields == Fields::Open
                && self.found.groups.iter().any(|g| is_finite(*g));
            // Only where all can be taken that it takes at all: with no field hidden.
            let tempts = hits == MANY && !hidden && !self.passed_over();
            if tempts && !offer::is_chacha(suites[0]) {
                suites.push(self.first);
            }
            let groups = if hidden {
                let mut groups = ALL_GROUPS.clone();
                groups.retain(|group| !is_finite(*group) || !self.found.groups.contains(group));
                groups
            } else {
                ALL_GROUPS.clone()
            };
            match self.question(&suites, &groups).await {
                Step::Hit(flight, news) => {
                    hits += 1;
                    match (suites.last() == Some(&self.first), news.suite) {
                        // It passed over its first choice for one that stood before it.
                        (true, true) => self.found.order = Order::Client,
                        (true, false) => back = true,
                        // It took its first choice before this one, which stood before it.
                        (false, true) if back => self.found.order = Order::Server,
                        (false, _) => {}
                    }
                    // Only now it shows that it mixes, so that curves may be left.
                    if !mixed && self.mixes() {
                        mixed = true;
                        if !self.joint(&flight).await {
                            return;
                        }
                    }
                }
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

    /// Asks all suites once more, those taken last and in reverse, if whose order counts or whether the
    /// server reads a long list to its end is not known yet. False if it does not.
    async fn verify(&mut self) -> bool {
        let taken = self.taken();
        if self.passed_over() {
            self.found.order = Order::Server;
        }
        let deep = self.deep();
        self.asker.reads_long_lists |= deep;
        if deep && (self.found.order != Order::Unknown || taken.len() < 2) {
            return true;
        }
        let mut suites = self.suites_left();
        suites.extend(&taken);
        let hello = offer::hello(self.name, self.version, suites, ALL_GROUPS.clone());
        match self.asker.ask(&hello).await {
            Answer::Hello(flight) if taken.contains(&flight.suite) => {
                self.asker.reads_long_lists = true;
                self.weigh(&taken, flight.suite);
                true
            }
            _ if deep => true,
            _ => {
                self.pieces(&ALL_GROUPS).await;
                false
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
        let ignored = |group: u16| is_finite(group) && !groups.contains(&group);
        if flight.field.is_some() || flight.group.is_some_and(ignored) {
            self.fields = Fields::Settled;
        }
        self.found.add(flight)
    }
}
