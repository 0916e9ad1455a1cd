//! Any authority may issue.

use jiff::Timestamp;

use crate::{About, Check, Context, Fault, Grade, Outcome, fact::DnsFact};

about!(CaaMissing, Certificate, Endpoint, false, {
    id: "cert.caa_missing",
    title: [
        "Không giới hạn tổ chức được cấp chứng thư (CAA)",
        "No limit on who may issue certificates (CAA)"
    ],
    why: [
        "Bản ghi CAA nói rõ tổ chức nào được cấp chứng thư cho tên này. Không có CAA thì mọi tổ chức trên \
         thế giới đều được, và một lỗi của bất kỳ tổ chức nào cũng có thể tạo ra chứng thư giả.",
        "A CAA record says which authorities may issue certificates for the name. Without one any in the \
         world may, and a mistake of any of them can bring a false certificate."
    ],
    fix: [
        "Thêm bản ghi CAA cho tên miền, nêu tổ chức đang dùng, ví dụ `doiche.test. CAA 0 issue \
         \"letsencrypt.org\"`. Việc này làm ở máy chủ tên miền; nginx, Apache, IIS, Tomcat không phải đổi.",
        "Add a CAA record to the domain that names the authority in use, like `doiche.test. CAA 0 issue \
         \"letsencrypt.org\"`. It is done at the name server; nginx, Apache, IIS and Tomcat stay as they are."
    ],
    message: [
        "Không có bản ghi CAA với thuộc tính issue cho {name}.",
        "No CAA record with an issue property applies to {name}."
    ],
    sources: ["RFC 8659 mục 3, 4.2"],
});

impl Check for CaaMissing {
    type Fact = DnsFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &DnsFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        match &fact.caa {
            // Without an issue property nothing is restricted (RFC 8659 4.2).
            Some(set) if set.records.iter().any(|record| record.tag == "issue") => Outcome::Pass,
            Some(_) => Outcome::Fail(vec![Fault::new(Grade::Slight).with("name", &fact.name)]),
            None => Outcome::unknown(
                "chưa biết bản ghi CAA của tên này",
                "the CAA records for the name are not known",
            ),
        }
    }
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        dns::sound,
        examples::{Example, Expect},
        fact::{Caa, CaaSet},
    };

    let with = |caa| Fact::Dns(DnsFact { caa, ..sound() });
    let only_report = CaaSet {
        at: Some("doiche.test".to_owned()),
        records: vec![Caa {
            critical: false,
            tag: "iodef".to_owned(),
            value: "mailto:a@doiche.test".to_owned(),
        }],
    };
    let fail = Expect::Fail(vec![("", Grade::Slight)]);
    vec![
        Example::new("one authority", Fact::Dns(sound()), Expect::Pass),
        Example::new("none", with(Some(CaaSet::default())), fail.clone()),
        Example::new("nothing but reports", with(Some(only_report)), fail),
        Example::new("not known", with(None), Expect::Inconclusive),
    ]
}
