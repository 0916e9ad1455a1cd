//! Names that nobody made and that answer all the same.

use jiff::Timestamp;
use luytre_inventory::Text;

use super::zone_of;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::DnsFact};

about!(Wildcard, Dns, Endpoint, false, {
    id: "dns.wildcard",
    title: [
        "Tên miền trả lời cho mọi tên con (wildcard)",
        "Domain that answers for every name below it (wildcard)"
    ],
    why: [
        "Bất kỳ tên con nào, kể cả tên không ai tạo, đều dẫn tới máy chủ. Kẻ lừa đảo dùng được những tên nghe \
         như thật dưới tên miền của cơ quan, và tên bỏ quên không bị phát hiện.",
        "Any name below it, even one that nobody made, leads to a server. Fraud can use names under the body's \
         own domain that sound real, and forgotten names go unseen."
    ],
    fix: [
        "Thay bản ghi `*` bằng từng tên thật sự dùng. Nếu phần mềm cần wildcard, đặt nó dưới một tên con riêng.",
        "Replace the `*` record by the names that are really used. If software needs a wildcard, put it below a \
         name of its own."
    ],
    message: [
        "Vùng tên miền {zone}: tên đặt ngẫu nhiên vẫn có địa chỉ.",
        "Zone {zone}: names made up at random have addresses."
    ],
    sources: ["RFC 4592 mục 2", "RFC 1912 mục 2.7"],
});

impl Check for Wildcard {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        let zone = match zone_of(fact, context) {
            Ok(zone) => zone,
            Err(outcome) => return outcome,
        };
        Outcome::if_there(
            fact.wildcard,
            Fault::on(zone, Grade::Slight).with("zone", &zone),
            Text::new(
                "chưa biết tên không ai tạo có địa chỉ hay không",
                "whether names that nobody made have addresses is not known",
            ),
        )
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact, Tri,
        dns::sound,
        examples::{Example, Expect},
    };

    let with = |wildcard| {
        Fact::Dns(DnsFact {
            wildcard,
            ..sound()
        })
    };
    vec![
        Example::new("none", with(Tri::No), Expect::Pass),
        Example::new(
            "everything",
            with(Tri::Yes),
            Expect::Fail(vec![("doiche.test", Grade::Slight)]),
        ),
        Example::new("not known", with(Tri::Unknown), Expect::Inconclusive),
    ]
}
