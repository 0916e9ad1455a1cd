//! What all lines to one address share: the limits of conversations and of half-open attempts, and
//! the rates. What all hosts of a network, and all hosts at all, share besides: the rate of port
//! discovery.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;
use luytre_inventory::Limits;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::pace::Pace;

mod turn;

/// Conversations that any profile may hold at once with one host.
const MOST_CONVERSATIONS: u16 = 2;

/// Half-open attempts that any profile may have at once towards one host.
const MOST_HALF_OPEN: u16 = 128;

/// Rest between two connections to a host that gets one at a time: it must have noticed the end of
/// the last one, a fragile host at its leisure.
const REST: Duration = Duration::from_millis(20);
const LONG_REST: Duration = Duration::from_millis(150);

/// Attempts a second towards one network (IPv4 /24, IPv6 /64): a firewall before it keeps a state for
/// each attempt, and sees no more of them than one host of the deep profile may get.
const NETWORK_RATE: u16 = 5_000;

/// Attempts a second towards all hosts together: what an access line of the province's edge, and the
/// firewall in front of the sensor, carry without being felt.
const OVERALL_RATE: u16 = 20_000;

/// One address.
#[derive(Debug)]
pub(crate) struct Host {
    conversations: Arc<Semaphore>,
    half_open: Arc<Semaphore>,
    rate: Rate,
    knock_pace: Pace,
    /// Those of its network and of all hosts; none on loopback, where nothing lies between.
    beyond: Option<[Arc<Pace>; 2]>,
    left: Mutex<Left>,
    /// One UDP question is under way at a time; when the last one ended.
    datagrams: Arc<tokio::sync::Mutex<Option<Instant>>>,
    /// Microseconds that its silent ports took of service identification.
    silence: AtomicU64,
    /// Microseconds after which its latest greeting came.
    greeting: AtomicU64,
}

/// When somebody last left.
#[derive(Debug, Clone, Copy, Default)]
struct Left {
    conversation: Option<Instant>,
    any: Option<Instant>,
}

/// A place in the limits of a host; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    host: Arc<Host>,
    talks: bool,
    _held: [Option<OwnedSemaphorePermit>; 2],
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut left = self
            .host
            .left
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let now = Some(Instant::now());
        left.any = now;
        if self.talks {
            left.conversation = now;
        }
    }
}

impl Host {
    fn new(limits: Limits, beyond: Option<[Arc<Pace>; 2]>) -> Self {
        Self {
            conversations: Arc::new(Semaphore::new(MOST_CONVERSATIONS.into())),
            half_open: Arc::new(Semaphore::new(MOST_HALF_OPEN.into())),
            rate: Rate::new(limits.connections_per_second),
            knock_pace: Pace::new(limits.knocks_per_second, limits.most_knocks_per_second),
            beyond,
            left: Mutex::default(),
            datagrams: Arc::default(),
            silence: AtomicU64::new(0),
            greeting: AtomicU64::new(0),
        }
    }

    /// How long its silent ports have kept service identification waiting.
    pub(crate) fn silence(&self) -> Duration {
        Duration::from_micros(self.silence.load(Ordering::Relaxed))
    }

    /// Notes that a port was silent for `time`.
    pub(crate) fn was_silent(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.silence.fetch_add(micros, Ordering::Relaxed);
    }

    /// How late its latest greeting was.
    pub(crate) fn greeting(&self) -> Duration {
        Duration::from_micros(self.greeting.load(Ordering::Relaxed))
    }

    /// Notes that a greeting came after `time`.
    pub(crate) fn greeted(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.greeting.fetch_max(micros, Ordering::Relaxed);
    }

    /// Waits for a place among the conversations, then for the rate. A line limited to one takes all
    /// places, so that it also excludes lines of a stronger profile to the same host.
    pub(crate) async fn converse(self: &Arc<Self>, limits: Limits) -> Option<Place> {
        let held = share(
            &self.conversations,
            MOST_CONVERSATIONS,
            limits.conversations,
        )
        .await?;
        let place = self.place(true, [Some(held), None]);
        self.rest(limits, self.left().any).await;
        self.rate.wait(limits.connections_per_second).await;
        Some(place)
    }

    /// Waits for a place among the half-open attempts, then for the rate of port discovery. A
    /// fragile host cannot tell an attempt from a conversation: it gets one of both together.
    pub(crate) async fn knock(self: &Arc<Self>, limits: Limits) -> Option<Place> {
        let held = share(&self.half_open, MOST_HALF_OPEN, limits.half_open).await?;
        let alone = if limits.half_open <= 1 {
            Some(share(&self.conversations, MOST_CONVERSATIONS, 1).await?)
        } else {
            None
        };
        let place = self.place(false, [Some(held), alone]);
        let left = self.left();
        // Attempts need no rest between each other, except on a fragile host.
        let last = if limits.half_open <= 1 {
            left.any
        } else {
            left.conversation
        };
        self.rest(limits, last).await;
        self.knock_pace
            .bind(limits.knocks_per_second, limits.most_knocks_per_second);
        self.due().await;
        Some(place)
    }

    /// Waits until host, network and all hosts bear one more attempt, each in its order. Nothing is
    /// taken before that, so that whoever gives up waiting costs nobody a turn.
    async fn due(&self) {
        let _own = self.knock_pace.turn().await;
        let _others = match &self.beyond {
            Some([network, overall]) => Some((network.turn().await, overall.turn().await)),
            None => None,
        };
        let now = Instant::now();
        self.knock_pace.take(now);
        for pace in self.beyond.iter().flatten() {
            pace.take(now);
        }
    }

    /// An attempt was answered in time.
    pub(crate) fn answered(&self) {
        self.knock_pace.answered();
    }

    /// It answered after so many silent `attempts`.
    pub(crate) fn bore(&self, attempts: usize) {
        self.knock_pace.bore(attempts);
    }

    /// An answer was lost or came late; one `round` of them counts once.
    pub(crate) fn trouble(&self, round: Duration) {
        self.knock_pace.trouble(round);
    }

    fn left(&self) -> Left {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(self: &Arc<Self>, talks: bool, held: [Option<OwnedSemaphorePermit>; 2]) -> Place {
        Place {
            host: Arc::clone(self),
            talks,
            _held: held,
        }
    }

    async fn rest(&self, limits: Limits, last: Option<Instant>) {
        let rest = match limits {
            Limits { half_open: 1, .. } => LONG_REST,
            Limits {
                conversations: 1, ..
            } => REST,
            _ => return,
        };
        if let Some(last) = last {
            tokio::time::sleep_until((last + rest).into()).await;
        }
    }
}

/// Takes the share of `most` that leaves room for `limit` holders of the same limit.
async fn share(semaphore: &Arc<Semaphore>, most: u16, limit: u16) -> Option<OwnedSemaphorePermit> {
    let wanted = most.div_ceil(limit.clamp(1, most));
    Arc::clone(semaphore)
        .acquire_many_owned(wanted.into())
        .await
        .ok()
}

/// A token bucket whose rate only ever falls: the lowest rate asked for counts.
#[derive(Debug)]
struct Rate {
    bucket: Mutex<(u16, Arc<DefaultDirectRateLimiter>)>,
    /// One waits for the bucket, the others for their turn: else every token would wake all.
    turn: tokio::sync::Mutex<()>,
}

impl Rate {
    fn new(per_second: u16) -> Self {
        Self {
            bucket: Mutex::new((per_second, limiter(per_second))),
            turn: tokio::sync::Mutex::default(),
        }
    }

    async fn wait(&self, per_second: u16) {
        let _turn = self.turn.lock().await;
        let limiter = {
            let mut rate = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
            if per_second < rate.0 {
                *rate = (per_second, limiter(per_second));
            }
            Arc::clone(&rate.1)
        };
        limiter.until_ready().await;
    }
}

/// The burst is a tenth of a second's worth, what nobody can tell from an even flow who counts by the
/// second: a look at a modern server (24 conversations) then waits for the server alone.
fn limiter(per_second: u16) -> Arc<DefaultDirectRateLimiter> {
    let at_least_one = |number: u16| NonZeroU32::new(number.into()).unwrap_or(NonZeroU32::MIN);
    let quota =
        Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(per_second / 10));
    Arc::new(RateLimiter::direct(quota))
}

/// All hosts of a run.
#[derive(Debug)]
pub(crate) struct Hosts {
    by_address: Mutex<HashMap<IpAddr, Arc<Host>>>,
    by_network: Mutex<HashMap<IpNet, Arc<Pace>>>,
    overall: Arc<Pace>,
}

impl Default for Hosts {
    fn default() -> Self {
        Self {
            by_address: Mutex::default(),
            by_network: Mutex::default(),
            overall: Arc::new(Pace::new(OVERALL_RATE, OVERALL_RATE)),
        }
    }
}

impl Hosts {
    /// The host at `address`, made at first sight.
    pub(crate) fn host(&self, address: IpAddr, limits: Limits) -> Arc<Host> {
        let mut hosts = self
            .by_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Hosts that nobody uses any more are forgotten, so memory follows what is in flight.
        if hosts.len() >= 4096 {
            hosts.retain(|_, host| Arc::strong_count(host) > 1);
        }
        Arc::clone(
            hosts
                .entry(address)
                .or_insert_with(|| Arc::new(Host::new(limits, self.beyond(address)))),
        )
    }

    /// The paces that `address` shares with others.
    fn beyond(&self, address: IpAddr) -> Option<[Arc<Pace>; 2]> {
        let network = network(address).filter(|_| !address.is_loopback())?;
        let mut networks = self
            .by_network
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if networks.len() >= 4096 {
            networks.retain(|_, pace| Arc::strong_count(pace) > 1);
        }
        let pace = networks
            .entry(network)
            .or_insert_with(|| Arc::new(Pace::new(NETWORK_RATE, NETWORK_RATE)));
        Some([Arc::clone(pace), Arc::clone(&self.overall)])
    }
}

fn network(address: IpAddr) -> Option<IpNet> {
    let length = if address.is_ipv4() { 24 } else { 64 };
    IpNet::new(address, length)
        .ok()
        .map(|network| network.trunc())
}

#[cfg(test)]
mod tests {
    use luytre_inventory::ScanProfile;

    use super::*;

    fn host(profile: ScanProfile, fragile: bool) -> (Arc<Host>, Limits) {
        let limits = profile.limits(fragile);
        (Arc::new(Host::new(limits, None)), limits)
    }

    /// Whether one more place is to be had at once.
    async fn free(place: impl Future<Output = Option<Place>>) -> Option<Place> {
        let patience = Duration::from_millis(300);
        tokio::time::timeout(patience, place).await.ok().flatten()
    }

    #[tokio::test]
    async fn limits_are_exact() {
        for (profile, fragile, conversations, half_open) in [
            (ScanProfile::Light, false, 1, 16),
            (ScanProfile::Standard, false, 2, 64),
            (ScanProfile::Deep, false, 2, 128),
            (ScanProfile::Deep, true, 1, 1),
        ] {
            let (host, limits) = host(profile, fragile);
            let mut held = Vec::new();
            while let Some(place) = free(host.converse(limits)).await {
                held.push(place);
            }
            assert_eq!(held.len(), conversations, "{profile:?}");
            held.clear();
            while let Some(place) = free(host.knock(limits)).await {
                held.push(place);
            }
            assert_eq!(held.len(), half_open, "{profile:?}");
        }
    }

    #[tokio::test]
    async fn a_stronger_profile_waits_for_a_light_one() {
        let (host, light) = host(ScanProfile::Light, false);
        let deep = ScanProfile::Deep.limits(false);
        let place = free(host.converse(light)).await;
        assert!(place.is_some() && free(host.converse(deep)).await.is_none());
        drop(place);
        assert!(free(host.converse(deep)).await.is_some());
    }

    #[tokio::test]
    async fn a_fragile_host_is_knocked_at_alone() {
        let (host, fragile) = host(ScanProfile::Light, true);
        let place = free(host.converse(fragile)).await;
        assert!(place.is_some() && free(host.knock(fragile)).await.is_none());
        drop(place);
        let knock = free(host.knock(fragile)).await;
        assert!(knock.is_some() && free(host.converse(fragile)).await.is_none());
    }
    #[tokio::test]
    async fn one_network_shares_its_rate_and_loopback_has_none() {
        let hosts = Hosts::default();
        let limits = ScanProfile::Deep.limits(false);
        let at = |text: &str| hosts.host(text.parse().unwrap(), limits);
        let pace = |host: &Host| host.beyond.clone().map(|[network, _]| network);
        let [a, b, c] =
            ["192.0.2.1", "192.0.2.250", "198.51.100.1"].map(|text| pace(&at(text)).unwrap());
        assert!(Arc::ptr_eq(&a, &b) && !Arc::ptr_eq(&a, &c));
        assert!(pace(&at("127.0.0.1")).is_none() && pace(&at("::1")).is_none());
        let [a, b] = ["2001:db8::1", "2001:db8:0:1::1"].map(|text| pace(&at(text)).unwrap());
        assert!(!Arc::ptr_eq(&a, &b));
    }
}
