//! Suites and groups of TLS 1.3.
//!
//! There a suite and a group are independent, so one hit takes away one of each. After the joint
//! refusal either list is at its end; asking again with all suites tells which, and proves the end of
//! the other at the same time: max(suites, groups) + 2 questions.

use luytre_checks::fact::{Order, TlsVersion, Tri};

use super::{
    ask::{Answer, Asker, Flight, Question},
    found::{Found, News},
    offer::{self, ALL_GROUPS, MODERN, MODERN_GROUPS, left},
    settle::Settled,
};
use crate::wire::ClientHello;

/// How the server is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Without key shares: it answers with a HelloRetryRequest.
    Retry,
    /// The same, without the groups that TLS 1.3 forbids to offer.
    Strict,
    /// With key shares: it cannot ask for another hello, so only groups of ours can be found.
    Shares,
}

/// The hello of TLS 1.3 in that manner.
pub(super) fn hello(
    name: Option<&str>,
    manner: Manner,
    suites: Vec<u16>,
    groups: Vec<u16>,
) -> ClientHello {
    let mut hello = offer::hello(name, TlsVersion::Tls13, suites, groups);
    if manner == Manner::Shares {
        hello.shares = offer::shares(&hello.groups);
    }
    hello
}

struct Survey<'s, 'a> {
    asker: &'s mut Asker<'a>,
    name: Option<&'s str>,
    manner: Manner,
    found: Found,
    /// The choice when everything was offered.
    first: u16,
}

/// Finds all suites and groups, beginning with the `first` hit on everything offered.
pub(super) async fn survey(
    asker: &mut Asker<'_>,
    name: Option<&str>,
    manner: Manner,
    first: &Flight,
) -> Found {
    let mut survey = Survey {
        asker,
        name,
        manner,
        found: Found::default(),
        first: first.suite,
    };
    survey.found.add(first);
    survey.run().await;
    survey.order().await;
    let mut found = survey.found;
    if manner == Manner::Shares {
        // A refusal without a share of ours says nothing of the group.
        found.groups_complete = Tri::Unknown;
    }
    found
}

impl Survey<'_, '_> {
    async fn run(&mut self) {
        // Both lists shrink until one is at its end.
        loop {
            let (suites, groups) = (self.suites_left(), self.groups_left());
            if suites.is_empty() || groups.is_empty() {
                break;
            }
            let settled = self.question(suites, groups).await;
            if self.found.refused(&settled) {
                break;
            }
            match self.hit(settled) {
                Some(news) if news.suite && news.group => {}
                _ => return,
            }
        }
        let (suites, groups) = (self.suites_left(), self.groups_left());
        if suites.is_empty() {
            self.found.suites_complete = Tri::Yes;
        }
        let mut hits = 0;
        // All suites, those taken in reverse, so that a hit also shows whose order counts; the groups
        // that are left.
        if self
            .drain(
                |survey| (survey.reversed(), survey.groups_left()),
                &mut hits,
            )
            .await
            .is_none()
        {
            return;
        }
        self.found.groups_complete = Tri::Yes;
        if hits > 0 && !groups.is_empty() {
            // The joint refusal held a group that was then taken, so it was for want of a suite.
            self.found.suites_complete = Tri::Yes;
        }
        if self.found.suites_complete != Tri::Yes
            && self
                .drain(
                    |survey| (survey.suites_left(), survey.groups().to_vec()),
                    &mut hits,
                )
                .await
                .is_some()
        {
            self.found.suites_complete = Tri::Yes;
        }
    }

    /// Asks until refused, counting hits. None when it broke off.
    async fn drain(
        &mut self,
        offer: impl Fn(&Self) -> (Vec<u16>, Vec<u16>),
        hits: &mut u32,
    ) -> Option<()> {
        loop {
            let (suites, groups) = offer(self);
            if suites.is_empty() || groups.is_empty() {
                return Some(());
            }
            let settled = self.question(suites, groups).await;
            if self.found.refused(&settled) {
                return Some(());
            }
            self.weigh(&settled);
            let news = self.hit(settled)?;
            if !news.suite && !news.group {
                return None;
            }
            *hits += 1;
        }
    }

    async fn question(&mut self, suites: Vec<u16>, groups: Vec<u16>) -> Settled {
        let with_known =
            |list: &[u16], known: &[u16]| [list, known.get(..1).unwrap_or(&[])].concat();
        let control_suites = with_known(&suites, &left(&self.found.suites, &suites));
        let control_groups = with_known(&groups, &left(&self.found.groups, &groups));
        let control = hello(self.name, self.manner, control_suites, control_groups);
        let test = hello(self.name, self.manner, suites, groups);
        let settled = self
            .asker
            .settle(&Question::Hello(test.clone()), &Question::Hello(control))
            .await;
        match &settled {
            // A choice of something not offered breaks the protocol and proves nothing.
            Settled::Hit(flight)
                if flight.version != TlsVersion::Tls13
                    || !test.suites.contains(&flight.suite)
                    || flight
                        .group
                        .is_some_and(|group| !test.groups.contains(&group)) =>
            {
                Settled::Unknown
            }
            _ => settled,
        }
    }

    fn hit(&mut self, settled: Settled) -> Option<News> {
        match settled {
            Settled::Hit(flight) => Some(self.found.add(&flight)),
            _ => None,
        }
    }

    /// Whose order of suites counts.
    async fn order(&mut self) {
        let taken = |suite: &&u16| self.found.suites.contains(suite);
        if self.found.suites.len() < 2 || self.found.order != Order::Unknown {
            return;
        }
        if MODERN.iter().find(taken) != Some(&self.first) {
            // It passed over one that it takes and that we wanted more.
            self.found.order = Order::Server;
            return;
        }
        let question = hello(
            self.name,
            self.manner,
            self.reversed(),
            self.groups().to_vec(),
        );
        if let Answer::Hello(flight) = self.asker.ask(&question).await {
            self.weigh(&Settled::Hit(flight));
        }
    }

    /// All suites, those taken last and in reverse.
    fn reversed(&self) -> Vec<u16> {
        let taken = |suite: &u16| self.found.suites.contains(suite);
        let (mut reversed, mut suites): (Vec<u16>, Vec<u16>) =
            MODERN.iter().partition(|s| taken(s));
        reversed.reverse();
        suites.extend(reversed);
        suites
    }

    /// What a choice from the reversed list says about whose order counts.
    fn weigh(&mut self, settled: &Settled) {
        let mut taken = MODERN
            .iter()
            .rev()
            .filter(|suite| self.found.suites.contains(suite));
        let (Settled::Hit(flight), Some(wanted)) = (settled, taken.next()) else {
            return;
        };
        let known = self.found.suites.contains(&flight.suite);
        if self.found.order != Order::Unknown || !known || self.found.suites.len() < 2 {
            return;
        }
        if flight.suite != *wanted {
            // It passed over one that it takes and that stood before.
            self.found.order = Order::Server;
        } else if *wanted != self.first {
            self.found.order = Order::Client;
        }
    }

    fn suites_left(&self) -> Vec<u16> {
        left(MODERN, &self.found.suites)
    }

    fn groups_left(&self) -> Vec<u16> {
        left(self.groups(), &self.found.groups)
    }

    /// Every group that may be offered to this server.
    fn groups(&self) -> &'static [u16] {
        match self.manner {
            Manner::Strict => &MODERN_GROUPS,
            Manner::Retry | Manner::Shares => &ALL_GROUPS,
        }
    }
}
