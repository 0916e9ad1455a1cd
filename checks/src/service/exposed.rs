//! Services that have no business outside.

use jiff::Timestamp;

use crate::{About, Check, Context, Outcome, fact::ServiceFact};

about!(Exposed, Exposure, Endpoint, true, {
    id: "service.exposed",
    title: ["Dịch vụ nội bộ mở ra mạng", "Internal service reachable"],
    why: [
        "Chia sẻ tệp, danh bạ, hàng đợi, giám sát, proxy và điều khiển công nghiệp chỉ dành cho bên trong hệ \
         thống; nhiều dịch vụ loại này không hỏi mật khẩu. Mở ra mạng là cho người lạ đọc dữ liệu, điều khiển \
         thiết bị hoặc mượn máy chủ để tấn công nơi khác.",
        "File shares, directories, message queues, monitoring, proxies and industrial control are for the inside \
         of a system, and many of them ask for no password. Open to the network, strangers read data, drive \
         devices or use the server to attack others."
    ],
    fix: [
        "Chặn cổng này trên tường lửa, chỉ mở cho máy cần dùng: Linux `ufw deny 389/tcp` (đổi theo cổng thực tế), \
         Windows `New-NetFirewallRule -Direction Inbound -LocalPort 389 -Protocol TCP -Action Block`. Đặt dịch \
         vụ nghe ở địa chỉ nội bộ, bật xác thực. Cần dùng từ xa: đi qua VPN.",
        "Close the port in the firewall but for the machines that need it: Linux `ufw deny 389/tcp` (with the real \
         port), Windows `New-NetFirewallRule -Direction Inbound -LocalPort 389 -Protocol TCP -Action Block`. Bind \
         the service to an inner address and require a log-in. For use from afar: a VPN."
    ],
    message: [
        "Cổng {port} là {service_vi}{basis_vi}, trả lời kết nối từ {vantage}.",
        "Port {port} is {service_en}{basis_en} and answers connections from {vantage}."
    ],
    sources: ["CWE-668", "CWE-306", "CISA BOD 23-02"],
});

impl Check for Exposed {
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
        Fact, Grade,
        examples::{Example, Expect},
    };

    // A service that calls itself by a product of the table, whatever it speaks.
    let hidden = |port| speaks(port, Some(Protocol::Tls), true);
    let product = || {
        let mut fact = speaks(9, Some(Protocol::Http), false);
        if let Fact::Service(fact) = &mut fact {
            fact.product = Some("Squid".to_owned());
        }
        fact
    };
    vec![
        Example::new("web", speaks(80, Some(Protocol::Http), false), Expect::Pass),
        Example::new(
            "a database is told elsewhere",
            speaks(9, Some(Protocol::Redis), false),
            Expect::Pass,
        ),
        Example::new(
            "a proxy, seen from outside",
            product(),
            Expect::Fail(vec![("", Grade::Serious)]),
        ),
        Example::new("a proxy, seen from inside", product(), Expect::Pass).from(Zone::Local),
        Example::new(
            "hidden on a port of directories",
            hidden(389),
            Expect::Partial(vec![("", Grade::Moderate)]),
        ),
        Example::new("the same from inside", hidden(389), Expect::Inconclusive).from(Zone::Local),
        Example::new("not understood", hidden(9), Expect::Inconclusive),
        Example::new(
            "a port of control systems is told elsewhere",
            hidden(502),
            Expect::Inconclusive,
        ),
    ]
}
