//! Files that should never be served.

use jiff::Timestamp;

use super::{UNASKED, site};
use crate::{
    About, Check, Context, Fault, Grade, Outcome,
    fact::{File, HttpFact, Tri},
};

about!(ExposedFile, Web, Endpoint, false, {
    id: "web.exposed_file",
    title: ["Lộ tệp nội bộ của trang web", "Internal file of the site exposed"],
    why: [
        "Kho mã nguồn (`.git`), tệp cấu hình (`.env`), bản sao lưu hoặc trang thông tin máy chủ đang mở cho mọi \
         người. Trong đó thường có mật khẩu cơ sở dữ liệu và khóa bí mật: coi như chìa khóa đã lộ.",
        "The source repository (`.git`), the settings (`.env`), a backup or an information page of the server \
         is open to everybody. They often hold database passwords and secret keys: the keys are as good as lost."
    ],
    fix: [
        "Chuyển tệp ra khỏi thư mục web, rồi đổi mọi mật khẩu và khóa có trong đó, và xem nhật ký ai đã tải. nginx: \
         `location ~ /\\.(?!well-known) { deny all; }`. Apache: `RedirectMatch 404 \"/\\.(git|env)\"`, bỏ \
         `Location /server-status` hoặc `Require local`. IIS: Request Filtering, Hidden Segments, thêm `.git`, \
         `.env`. Tomcat: để ngoài thư mục ứng dụng, hoặc trong `WEB-INF`.",
        "Move the file out of the web folder, then change every password and key in it, and see in the log who \
         fetched it. nginx: `location ~ /\\.(?!well-known) { deny all; }`. Apache: `RedirectMatch 404 \
         \"/\\.(git|env)\"`, remove `Location /server-status` or `Require local`. IIS: Request Filtering, \
         Hidden Segments, add `.git`, `.env`. Tomcat: keep it outside the application, or in `WEB-INF`."
    ],
    message: [
        "Tệp {subject} tải được từ ngoài ({bytes} byte, SHA-256 {sha256}).",
        "The file {subject} can be fetched from outside ({bytes} bytes, SHA-256 {sha256})."
    ],
    sources: ["OWASP ASVS 4.0.3 4.3.2, 14.3.2", "OWASP WSTG-CONF-04", "CWE-538", "CWE-527"],
});

/// How bad it is that a file is open; others are as bad as an information page.
const GRADES: [(&str, Grade); 3] = [
    ("/.git/HEAD", Grade::Grave),
    ("/.env", Grade::Grave),
    ("/backup.zip", Grade::Serious),
];

impl Check for ExposedFile {
    type Fact = HttpFact;

    const ABOUT: About = Self::PAGE;

    fn judge(fact: &HttpFact, _: &Context<'_>, _: Timestamp) -> Outcome {
        let files = match site(fact) {
            Ok(site) => &site.files,
            Err(outcome) => return outcome,
        };
        let open = files.iter().filter(|file| file.exposed == Tri::Yes);
        let unknown = files.is_empty() || files.iter().any(|file| file.exposed == Tri::Unknown);
        Outcome::weigh(open.map(fault).collect(), unknown.then_some(UNASKED))
    }
}

fn fault(file: &File) -> Fault {
    let known = GRADES.iter().find(|(path, _)| *path == file.path);
    let grade = known.map_or(Grade::Moderate, |(_, grade)| *grade);
    Fault::on(&file.path, grade)
        .with("bytes", &file.bytes)
        .with("sha256", &file.sha256.as_deref().unwrap_or("-"))
}

#[cfg(test)]
pub(crate) fn examples() -> Vec<crate::examples::Example> {
    use super::{asked, shows};
    use crate::{
        Fact,
        examples::{Example, Expect},
    };

    let with = |files: &[(&str, Tri)]| {
        let mut fact = asked(shows(&[]));
        if let Some(site) = &mut fact.site {
            site.files = files
                .iter()
                .map(|(path, exposed)| File {
                    path: (*path).to_owned(),
                    exposed: *exposed,
                    status: Some(200),
                    bytes: 23,
                    sha256: None,
                })
                .collect();
        }
        fact
    };
    let (git, env) = ("/.git/HEAD", "/.env");
    [
        (
            "none",
            with(&[(git, Tri::No), (env, Tri::No)]),
            Expect::Pass,
        ),
        (
            "repository and status",
            with(&[
                (git, Tri::Yes),
                (env, Tri::No),
                ("/server-status", Tri::Yes),
            ]),
            Expect::Fail(vec![
                (git, Grade::Grave),
                ("/server-status", Grade::Moderate),
            ]),
        ),
        (
            "one known, one not",
            with(&[("/backup.zip", Tri::Yes), (env, Tri::Unknown)]),
            Expect::Partial(vec![("/backup.zip", Grade::Serious)]),
        ),
        (
            "a page for every path",
            with(&[(git, Tri::Unknown), (env, Tri::Unknown)]),
            Expect::Inconclusive,
        ),
        ("nothing asked", with(&[]), Expect::Inconclusive),
        ("light", shows(&[]), Expect::Inconclusive),
        ("silent", HttpFact::default(), Expect::Inconclusive),
    ]
    .into_iter()
    .map(|(name, fact, expect)| Example::new(name, Fact::Http(fact), expect))
    .collect()
}
