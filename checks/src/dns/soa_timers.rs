//! Timers of a zone that work against its secondaries.

use jiff::Timestamp;

use super::zone_of;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::DnsFact};

/// The least time, in seconds, that secondaries should go on without the primary: seven days (RFC 1537 1);
/// RFC 1912 2.2 suggests two to four weeks.
const LEAST_EXPIRE: u32 = 7 * 86_400;

/// The longest time, in seconds, for which it should be remembered that a name is not there (RFC 2308 5).
const MOST_MINIMUM: u32 = 86_400;

about!(SoaTimers, Dns, Endpoint, false, {
    id: "dns.soa_timers",
    title: [
        "Thời hạn trong bản ghi SOA không hợp lý",
        "Unsound timers in the SOA record"
    ],
    why: [
        "Máy chủ tên miền phụ dựa vào các thời hạn này. Đặt sai thì máy phụ ngừng phục vụ khi máy chính hỏng \
         chưa lâu, không thử lại kịp, hoặc một lỗi nhỏ bị máy phân giải nhớ nhiều ngày.",
        "Secondaries live by these timers. Set wrongly, they stop serving soon after the primary fails, do not \
         try again in time, or resolvers remember a small mistake for days."
    ],
    fix: [
        "Sửa bản ghi SOA, ví dụ refresh 4 giờ, retry 1 giờ, expire 14 đến 28 ngày, minimum 1 giờ; rồi tăng số \
         serial và nạp lại vùng.",
        "Mend the SOA record, for instance refresh 4 hours, retry 1 hour, expire 14 to 28 days, minimum 1 hour; \
         then raise the serial and reload the zone."
    ],
    message: [
        "Vùng tên miền {zone}: {timer} = {seconds} giây, cần {wanted}.",
        "Zone {zone}: {timer} = {seconds} seconds, should be {wanted}."
    ],
    sources: ["RFC 1912 mục 2.2", "RFC 1537 mục 1", "RFC 2308 mục 5"],
});

impl Check for SoaTimers {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        let Some(soa) = &fact.soa else {
            return Outcome::unknown("chưa đọc được bản ghi SOA", "the SOA record is not known");
        };
        // RFC 1912 2.2: expire must outlast the others, or data ends before it could be renewed.
        let outlast = soa.refresh.max(soa.retry).max(soa.minimum);
        let mut faults = Vec::new();
        let mut fault = |timer: &'static str, seconds: u32, wanted: String| {
            let fault = Fault::on(format!("{zone}/{timer}"), Grade::Slight);
            faults.push(
                fault
                    .with("zone", &zone)
                    .with("timer", &timer)
                    .with("seconds", &seconds)
                    .with("wanted", &wanted),
            );
        };
        if soa.retry == 0 || soa.retry > soa.refresh {
            fault("retry", soa.retry, format!("1 … {}", soa.refresh));
        }
        if soa.expire <= outlast {
            fault("expire", soa.expire, format!("> {outlast}"));
        } else if soa.expire < LEAST_EXPIRE {
            fault("expire", soa.expire, format!("≥ {LEAST_EXPIRE}"));
        }
        if soa.minimum > MOST_MINIMUM {
            fault("minimum", soa.minimum, format!("≤ {MOST_MINIMUM}"));
        }
        Outcome::of(faults)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
    };

    let with = |refresh, retry, expire, minimum| {
        let mut fact = sound();
        if let Some(soa) = &mut fact.soa {
            (soa.refresh, soa.retry, soa.expire, soa.minimum) = (refresh, retry, expire, minimum);
        }
        Fact::Dns(fact)
    };
    let unread = DnsFact {
        soa: None,
        ..sound()
    };
    let (day, slight) = (86_400, Grade::Slight);
    vec![
        Example::new("sound", Fact::Dns(sound()), Expect::Pass),
        Example::new(
            "at the limits",
            with(3600, 3600, 7 * day, day),
            Expect::Pass,
        ),
        Example::new(
            "retry slower than refresh",
            with(3600, 7200, 14 * day, 3600),
            Expect::Fail(vec![("doiche.test/retry", slight)]),
        ),
        Example::new(
            "a short life",
            with(3600, 600, 2 * day, 3600),
            Expect::Fail(vec![("doiche.test/expire", slight)]),
        ),
        Example::new(
            "all wrong",
            with(0, 0, 0, 2 * day),
            Expect::Fail(vec![
                ("doiche.test/retry", slight),
                ("doiche.test/expire", slight),
                ("doiche.test/minimum", slight),
            ]),
        ),
        Example::new("not known", Fact::Dns(unread), Expect::Inconclusive),
    ]
}
