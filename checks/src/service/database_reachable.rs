//! Databases that answer strangers.

use jiff::Timestamp;

use crate::{About, Check, Context, Outcome, fact::ServiceFact};

about!(DatabaseReachable, Exposure, Endpoint, true, {
    id: "service.database_reachable",
    title: ["Cơ sở dữ liệu mở ra mạng", "Database reachable"],
    why: [
        "Cơ sở dữ liệu chỉ cần phục vụ ứng dụng của chính hệ thống. Để mở ra mạng, ai cũng thử được mật \
         khẩu và khai thác được lỗ hổng; lộ một lần là lộ toàn bộ dữ liệu của người dân.",
        "A database need only serve its own application. Open to the network, anyone can try passwords \
         and weaknesses; one leak gives away all citizens' data."
    ],
    fix: [
        "Chỉ cho máy chủ ứng dụng kết nối. MySQL, MariaDB: `bind-address = 127.0.0.1`. PostgreSQL: \
         `listen_addresses = 'localhost'` và giới hạn trong `pg_hba.conf`. Redis: `bind 127.0.0.1`, \
         `protected-mode yes`, đặt `requirepass`. Chặn thêm trên tường lửa: `ufw deny 3306/tcp` (đổi theo \
         cổng thực tế).",
        "Let only the application server connect. MySQL, MariaDB: `bind-address = 127.0.0.1`. PostgreSQL: \
         `listen_addresses = 'localhost'` and limits in `pg_hba.conf`. Redis: `bind 127.0.0.1`, \
         `protected-mode yes`, set `requirepass`. Close it in the firewall as well: `ufw deny 3306/tcp` \
         (with the real port)."
    ],
    message: [
        "Cổng {port} là cơ sở dữ liệu {service_vi}{basis_vi}, trả lời kết nối từ {vantage}.",
        "Port {port} is a {service_en} database{basis_en} and answers connections from {vantage}."
    ],
    sources: ["CWE-668", "OWASP Database Security Cheat Sheet", "CISA BOD 23-02"],
});

impl Check for DatabaseReachable {
    type Fact = ServiceFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ServiceFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        super::exposure::judge(fact, context, Self::PAGE.id)
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use luytre_inventory::{Protocol, Zone};

    use super::speaks;
    use crate::{
        Grade,
        examples::{Example, Expect, endpoint},
    };

    let fail = |grade| Expect::Fail(vec![("", grade)]);
    let mysql = || speaks(13306, Some(Protocol::Mysql), false);
    let declared = |zone| vec![endpoint(Some(13306), Some(Protocol::Mysql), zone)];
    vec![
        Example::new(
            "ssh on 3306",
            speaks(3306, Some(Protocol::Ssh), false),
            Expect::Pass,
        ),
        Example::new("mysql", mysql(), fail(Grade::Serious)),
        Example::new(
            "mysql in the province's network",
            mysql(),
            fail(Grade::Moderate),
        )
        .from(Zone::Wan),
        Example::new(
            "redis",
            speaks(80, Some(Protocol::Redis), true),
            fail(Grade::Grave),
        ),
        Example::new(
            "declared for inside, seen from outside",
            mysql(),
            fail(Grade::Serious),
        )
        .declared(declared(Zone::Local)),
        Example::new("declared for inside, seen inside", mysql(), Expect::Pass)
            .declared(declared(Zone::Local))
            .from(Zone::Local),
        Example::new(
            "not declared where, seen inside",
            mysql(),
            fail(Grade::Moderate),
        )
        .declared(declared(Zone::Unknown))
        .from(Zone::Local),
        Example::new(
            "not understood on 3306",
            speaks(3306, None, false),
            Expect::Partial(vec![("", Grade::Moderate)]),
        ),
        Example::new(
            "not understood on a port of remote control",
            speaks(3389, None, false),
            Expect::Inconclusive,
        ),
        Example::new(
            "hidden in TLS",
            speaks(1, Some(Protocol::Tls), true),
            Expect::Inconclusive,
        ),
    ]
}
