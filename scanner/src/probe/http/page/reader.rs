//! From tokens to what a page shows.

use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};
use luytre_checks::{
    Tri,
    fact::{HiddenLink, Hiding, Login, Page},
};
use sha2::{Digest, Sha256};

use super::{
    super::{
        location::{Place, Url},
        policy,
    },
    MOST, Target, rules, short,
    style::hiding,
    target,
    words::{self, Texts},
};
use crate::hex::hex;

/// Open elements that are followed. What lies deeper counts as part of the deepest.
const DEEPEST: usize = 256;

/// Elements without an end (HTML standard, void elements).
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements that do not part words.
const INLINE: [&str; 14] = [
    "a", "abbr", "b", "big", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "u",
];

/// Elements whose text nobody reads.
const SILENT: [&str; 7] = [
    "script", "style", "template", "noscript", "iframe", "object", "textarea",
];

/// An element that is open.
#[derive(Debug)]
struct Open {
    name: String,
    hidden: Option<Hiding>,
    silent: bool,
    heading: bool,
}

/// A link that is open.
#[derive(Debug)]
struct Link {
    address: String,
    foreign: Option<String>,
    hidden: Option<Hiding>,
    text: String,
}

/// What was gathered so far.
pub(super) struct Reader<'a> {
    url: &'a Url,
    page: Page,
    open: Vec<Open>,
    /// Open elements below the deepest that is followed.
    deeper: usize,
    link: Option<Link>,
    /// Where the open form sends what is typed.
    form: Option<String>,
    title: Option<String>,
    texts: Texts,
    /// Whether what was said last is hidden.
    was_hidden: bool,
    contact_link: Tri,
}

impl<'a> Reader<'a> {
    pub(super) fn new(url: &'a Url) -> Self {
        Self {
            url,
            page: Page::default(),
            open: Vec::new(),
            deeper: 0,
            link: None,
            form: None,
            title: None,
            texts: Texts::default(),
            was_hidden: false,
            contact_link: Tri::No,
        }
    }

    pub(super) fn read(mut self, body: &[u8], complete: bool) -> Page {
        let mut emitter = DefaultEmitter::default();
        // Scripts and styles are read as text, as without a tree.
        emitter.naively_switch_states(true);
        for token in Tokenizer::new_with_emitter(body, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => self.begin(&tag),
                Token::EndTag(tag) => self.end(&text(&tag.name)),
                Token::String(string) => self.say(&text(&string)),
                _ => (),
            }
        }
        self.end_link();
        self.finish(body, complete)
    }

    fn finish(mut self, body: &[u8], complete: bool) -> Page {
        let title = self.title.as_deref().map(short);
        let head = title.clone().unwrap_or_default();
        self.texts.shown.insert_str(0, &format!("{head} "));
        self.texts.headings.push_str(&head);
        let seen = |found: bool| match (found, complete) {
            (true, _) => Tri::Yes,
            (false, true) => Tri::No,
            (false, false) => Tri::Unknown,
        };
        self.page.complete = complete;
        self.page.sha256 = hex(&Sha256::digest(body));
        self.page.simhash = words::fingerprint(&self.texts.shown);
        self.page.stock = rules::stock(&head, body);
        self.page.words = self.texts.words();
        self.page.contact.incident = seen(words::incident_contact(&self.texts.shown));
        self.page.contact.link = seen(self.contact_link == Tri::Yes);
        self.page.title = title.filter(|title| !title.is_empty());
        self.page
    }

    /// How what comes now is hidden.
    fn hidden(&self) -> Option<Hiding> {
        self.open.last().and_then(|open| open.hidden)
    }

    fn begin(&mut self, tag: &StartTag<()>) {
        let name = text(&tag.name).to_ascii_lowercase();
        let attribute = |name: &str| {
            let value = tag.attributes.get(name.as_bytes());
            value.map(|value| text(value))
        };
        let own = attribute("style").as_deref().and_then(hiding);
        let own = own.or(attribute("hidden").map(|_| Hiding::NotShown));
        let hidden = self.hidden().or(own);
        if !INLINE.contains(&&*name) {
            self.part();
        }
        match &*name {
            "title" if self.title.is_none() && !self.is_silent() => {
                self.title = Some(String::new());
            }
            "meta" => self.meta(&attribute),
            "script" => {
                let found = attribute("src").and_then(|src| rules::library(&src));
                self.technology(found);
            }
            "form" => self.form = Some(attribute("action").unwrap_or_default()),
            "input" if attribute("type").is_some_and(|t| t.eq_ignore_ascii_case("password")) => {
                self.login();
            }
            "a" => self.begin_link(attribute("href"), hidden),
            _ => (),
        }
        if VOID.contains(&&*name) {
            return;
        }
        if self.open.len() == DEEPEST {
            self.deeper = self.deeper.saturating_add(1);
            return;
        }
        let above = self.open.last();
        let heading = matches!(&*name, "h1" | "h2") || above.is_some_and(|open| open.heading);
        let silent = SILENT.contains(&&*name) || above.is_some_and(|open| open.silent);
        self.open.push(Open {
            name,
            hidden,
            silent,
            heading,
        });
    }

    fn end(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        if !INLINE.contains(&&*name) {
            self.part();
        }
        match &*name {
            "a" => self.end_link(),
            "form" => self.form = None,
            _ => (),
        }
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(at);
        }
    }

    fn is_silent(&self) -> bool {
        self.open.last().is_some_and(|open| open.silent)
    }

    /// Parts the words before from those that follow.
    fn part(&mut self) {
        for text in [
            &mut self.texts.shown,
            &mut self.texts.hidden,
            &mut self.texts.headings,
        ] {
            if !text.ends_with(' ') {
                text.push(' ');
            }
        }
        if let Some(link) = &mut self.link {
            link.text.push(' ');
        }
    }

    fn say(&mut self, text: &str) {
        let last = self.open.last();
        let heading = last.is_some_and(|open| open.heading);
        if last.is_some_and(|open| open.name == "title") {
            if let Some(title) = &mut self.title {
                title.push_str(text);
            }
            return;
        }
        if self.is_silent() {
            return;
        }
        if let Some(link) = &mut self.link {
            link.text.push_str(text);
        }
        let hidden = self.hidden().is_some();
        if hidden != self.was_hidden {
            // What is said elsewhere in between does not join words.
            self.part();
            self.was_hidden = hidden;
        }
        if hidden {
            self.texts.hidden.push_str(text);
        } else {
            self.texts.shown.push_str(text);
            if heading {
                self.texts.headings.push_str(text);
            }
        }
    }

    fn meta(&mut self, attribute: &impl Fn(&str) -> Option<String>) {
        let Some(content) = attribute("content") else {
            return;
        };
        let is = |name: &str, value: &str| {
            attribute(name).is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
        };
        if is("name", "generator") {
            let found = rules::generator(&short(&content));
            self.technology(found);
        } else if is("name", "referrer") {
            self.page.referrer = Some(short(&content).to_ascii_lowercase());
        } else if is("http-equiv", "content-security-policy") {
            if self.page.policies.len() < MOST {
                self.page.policies.push(policy::parsed(&content, false));
            }
        } else if is("http-equiv", "refresh") && self.page.refresh.is_none() {
            let mark = content.to_ascii_lowercase().find("url=");
            let to = mark.and_then(|at| content.get(at + 4..)).unwrap_or("");
            let to = to.trim().trim_matches(['\'', '"']);
            if let Place::Web(to) = self.url.join(to) {
                self.page.refresh = Some(to.to_string());
            }
        }
    }

    fn technology(&mut self, found: Option<luytre_checks::fact::Technology>) {
        if let Some(found) = found
            && self.page.technologies.len() < MOST
            && !self.page.technologies.contains(&found)
        {
            self.page.technologies.push(found);
        }
    }

    fn login(&mut self) {
        let address = self.form.as_deref().unwrap_or("").trim();
        let login = if address.is_empty() {
            Login {
                action: self.url.to_string(),
                encrypted: self.url.tls.into(),
            }
        } else {
            match self.url.join(address) {
                Place::Web(to) => Login {
                    action: to.to_string(),
                    encrypted: to.tls.into(),
                },
                // A script sends it, or a browser would read more into it than we do.
                Place::Elsewhere | Place::Unreadable => Login {
                    action: short(address),
                    encrypted: Tri::Unknown,
                },
            }
        };
        if self.page.logins.len() < MOST && !self.page.logins.contains(&login) {
            self.page.logins.push(login);
        }
    }

    fn begin_link(&mut self, address: Option<String>, hidden: Option<Hiding>) {
        self.end_link();
        if self.is_silent() {
            return;
        }
        let address = address.unwrap_or_default();
        let foreign = match target(self.url, &address) {
            Target::Foreign(host) => Some(host),
            Target::Own => None,
        };
        self.link = Some(Link {
            address,
            foreign,
            hidden,
            text: String::new(),
        });
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else {
            return;
        };
        if words::is_contact_link(&link.text, &link.address) == Tri::Yes {
            self.contact_link = Tri::Yes;
        }
        let Some(host) = link.foreign else {
            return;
        };
        self.page.foreign_links = self.page.foreign_links.saturating_add(1);
        for (into, from) in [
            (&mut self.texts.foreign, &link.text),
            (&mut self.texts.addresses, &link.address),
        ] {
            into.push(' ');
            into.push_str(from);
        }
        let Some(how) = link.hidden else {
            return;
        };
        self.texts.hidden_addresses.push(' ');
        self.texts.hidden_addresses.push_str(&link.address);
        self.page.hidden_links = self.page.hidden_links.saturating_add(1);
        let known = |seen: &HiddenLink| seen.host == host && seen.how == how;
        if self.page.hidden.len() < MOST && !self.page.hidden.iter().any(known) {
            self.page.hidden.push(HiddenLink {
                text: short(&link.text),
                host,
                how,
            });
        }
    }
}

fn text(bytes: &HtmlString) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
