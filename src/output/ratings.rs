//! What published policies say of the TLS servers that were looked at.

use std::{collections::BTreeMap, net::IpAddr};

use jiff::Timestamp;
use luytre_checks::{
    Fact, Observation,
    policy::Certainty,
    rating::{Rated, Rating, rate},
};
use serde::Serialize;

use super::{Talk, plain, table};

/// A rating and of what.
#[derive(Debug, Serialize)]
pub(crate) struct Placed<'a> {
    endpoint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    #[serde(flatten)]
    rating: Rating,
}

/// The ratings of every TLS server among `observations`, each with the certificate that was read at the
/// same place.
pub(crate) fn ratings(
    observations: &[Observation],
    at: Timestamp,
) -> impl Iterator<Item = Placed<'_>> {
    let place = |one: &'_ Observation| (one.endpoint.clone(), one.address, one.vantage);
    let mut chains = BTreeMap::new();
    for one in observations {
        if let Some(Fact::Chain(chain)) = one.fact() {
            chains.entry(place(one)).or_insert(chain);
        }
    }
    observations.iter().flat_map(move |one| {
        let rated = match one.fact() {
            Some(Fact::Tls(tls)) => {
                let chain = chains.get(&place(one)).copied();
                rate(Rated { tls, chain, at })
            }
            _ => Vec::new(),
        };
        rated.into_iter().map(|rating| Placed {
            endpoint: &one.endpoint,
            address: one.address,
            rating,
        })
    })
}

/// The ratings as a table: target, policy, rating, and the first reason.
pub(crate) fn ratings_table(all: &[Placed<'_>], talk: Talk) -> comfy_table::Table {
    let language = talk.language;
    let mut out = table(&match talk.pick("vi", "en") {
        "vi" => ["Mục tiêu", "Chuẩn đánh giá", "Xếp loại", "Vì sao"],
        _ => ["Target", "Policy", "Rating", "Why"],
    });
    for Placed {
        endpoint, rating, ..
    } in all
    {
        let mark = match rating.certainty {
            Certainty::Confirmed => "",
            Certainty::Unconfirmed | Certainty::Memory => {
                talk.pick(" (chưa xác nhận)", " (unconfirmed)")
            }
        };
        let mut verdict = rating.with_trust.text.of(language).to_owned();
        if rating.without_trust != rating.with_trust {
            let without = rating.without_trust.text.of(language);
            let words = talk.pick("nếu chứng thư hợp lệ", "were the certificate trusted");
            verdict = format!("{verdict} ({words}: {without})");
        }
        let why = rating.reasons.first().map_or("", |why| why.of(language));
        out.add_row([
            plain(endpoint),
            format!("{}{mark}", rating.title.of(language)),
            verdict,
            plain(why),
        ]);
    }
    out
}
