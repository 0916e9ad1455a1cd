//! A certificate for another name.

use jiff::Timestamp;
use luytre_inventory::spelled;

use super::NO_LEAF;
use crate::{About, Check, Context, Fault, Grade, Outcome, fact::ChainFact};

/// How many names of the certificate a message shows.
const SHOWN: usize = 3;

about!(WrongName, Certificate, Endpoint, false, {
    id: "cert.wrong_name",
    title: ["Chứng thư số không đúng tên miền", "Certificate for another name"],
    why: [
        "Chứng thư số phải ghi đúng tên miền mà người dân gõ vào. Sai tên thì trình duyệt báo giả mạo, \
         và không ai phân biệt được đây là cấu hình sai hay là máy chủ của kẻ tấn công.",
        "A certificate must carry the name that people type. If it does not, browsers warn of an \
         impostor, and nobody can tell a wrong setting from an attacker's server."
    ],
    fix: [
        "Cấp chứng thư số có đủ mọi tên miền đang dùng (cả có và không có www) trong phần Subject \
         Alternative Name: `certbot --nginx -d ten-mien -d www.ten-mien`. Kiểm tra máy chủ chọn đúng \
         chứng thư theo tên: nginx `server_name`, Apache `ServerName` và `ServerAlias`, IIS đánh dấu \
         Require Server Name Indication, Tomcat `<SSLHostConfig hostName=...>`.",
        "Get a certificate with every name in use (with and without www) as Subject Alternative Name: \
         `certbot --nginx -d name -d www.name`. Check that the server picks it by name: nginx \
         `server_name`, Apache `ServerName` and `ServerAlias`, IIS Require Server Name Indication, \
         Tomcat `<SSLHostConfig hostName=...>`."
    ],
    message: [
        "Chứng thư số không dùng cho {asked}; các tên trong chứng thư: {names}.",
        "The certificate is not for {asked}; it names {names}."
    ],
    sources: ["RFC 9525", "RFC 5280 mục 4.2.1.6"],
});

impl Check for WrongName {
    type Fact = ChainFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &ChainFact, context: &Context<'_>, _: Timestamp) -> Outcome {
        super::each(fact, |fact| {
            let Some(leaf) = fact.leaf() else {
                return NO_LEAF;
            };
            match fact.name_match {
                Some(true) => return Outcome::Pass,
                None => {
                    return Outcome::unknown(
                        "chưa đối chiếu được tên miền với chứng thư số",
                        "the name could not be compared with the certificate",
                    );
                }
                Some(false) => {}
            }
            // Declared by address alone: people may well reach it by a name that is not in the record.
            let (grade, asked) = match &fact.server_name {
                Some(name) => (Grade::Serious, spelled(name)),
                None => (Grade::Slight, bare(context)),
            };
            let mut names = leaf
                .names
                .iter()
                .take(SHOWN)
                .map(|name| spelled(name))
                .collect::<Vec<_>>()
                .join(", ");
            if leaf.names.len() > SHOWN {
                names.push_str(", …");
            }
            if names.is_empty() {
                names.push('-');
            }
            Outcome::Fail(vec![
                Fault::new(grade)
                    .with("asked", &asked)
                    .with("names", &names),
            ])
        })
    }
}

/// The declared address, where the target has no name.
fn bare(context: &Context<'_>) -> String {
    let address = context.endpoint.and_then(|endpoint| endpoint.address);
    address.map_or_else(|| "IP".to_owned(), |address| address.to_string())
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use crate::{
        Fact,
        examples::{Example, Expect, chain, leaf, unreadable_chain},
    };

    let with = |name: Option<&str>, name_match| {
        Fact::Chain(ChainFact {
            server_name: name.map(str::to_owned),
            name_match,
            ..chain(leaf())
        })
    };
    let name = Some("www.doiche.test");
    vec![
        Example::new("right", with(name, Some(true)), Expect::Pass),
        Example::new(
            "wrong",
            with(name, Some(false)),
            Expect::Fail(vec![("", Grade::Serious)]),
        ),
        Example::new(
            "bare address",
            with(None, Some(false)),
            Expect::Fail(vec![("", Grade::Slight)]),
        ),
        Example::new("not compared", with(name, None), Expect::Inconclusive),
        Example::new(
            "unreadable",
            Fact::Chain(unreadable_chain()),
            Expect::Inconclusive,
        ),
    ]
}
