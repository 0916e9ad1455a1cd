//! A proposed level, with its reasons. Advisory: it never replaces an approved level.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{InfoKind, InfrastructureScope, Level, Profile, Text, Words, field::quoted};

mod criterion;

pub use criterion::Certainty;
use criterion::{Answer, Criterion, Unknown};

/// The decree whose criteria are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LevelPack {
    /// Nghị định 85/2016/NĐ-CP, Điều 7–11.
    #[serde(rename = "nd85", alias = "vn-nd85-2016")]
    Nd85,
    /// Nghị định 331/2026/NĐ-CP, Điều 11–15.
    #[serde(rename = "nd331", alias = "vn-nd331-2026")]
    Nd331,
}

impl LevelPack {
    /// Both packs, older first.
    pub const ALL: [Self; 2] = [Self::Nd85, Self::Nd331];

    /// Identity of the policy pack.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Nd85 => "vn-nd85-2016",
            Self::Nd331 => "vn-nd331-2026",
        }
    }

    /// The decree.
    pub const fn decree(self) -> &'static str {
        match self {
            Self::Nd85 => "Nghị định 85/2016/NĐ-CP",
            Self::Nd331 => "Nghị định 331/2026/NĐ-CP",
        }
    }

    /// The pack certain to be in force on `day`; none between 1/7 and 18/8/2026, when Luật 86/2015
    /// had lapsed and NĐ 331/2026 had not begun.
    pub fn in_force(day: Date) -> Option<Self> {
        if day < LAPSED {
            Some(Self::Nd85)
        } else if day >= BEGUN {
            Some(Self::Nd331)
        } else {
            None
        }
    }
}

/// Luật 116/2025/QH15 Điều 44: the older laws lapse.
const LAPSED: Date = Date::constant(2026, 7, 1);
/// NĐ 331/2026 Điều 38.
const BEGUN: Date = Date::constant(2026, 8, 19);

/// An article that was applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Article {
    /// The decree.
    pub decree: String,
    /// The article, as cited.
    pub article: String,
}

/// A criterion met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The level it gives.
    pub level: Level,
    /// Its words.
    pub words: Words,
    /// Its article.
    pub article: Article,
    /// How sure we are of the article.
    pub certainty: Certainty,
}

/// What the function proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The highest level met; none when nothing is met or the system is outside the product.
    pub level: Option<Level>,
    /// Criteria met, highest level first.
    pub reasons: Vec<Reason>,
    /// Articles applied, each once.
    pub articles: Vec<Article>,
    /// What was taken for granted, and every input that is unknown and could matter.
    pub assumptions: Vec<Words>,
    /// Fields that are unknown and could matter.
    pub unknown: BTreeSet<&'static str>,
    /// Whether a person must decide.
    pub needs_human: bool,
}

/// Proposes a level by the criteria of `pack` for a judgement dated `as_of` (regulation §1.5). Every
/// criterion is asked; the highest level met wins (NĐ 331 Điều 8.2). An unknown input is listed,
/// never guessed; where it could raise the level, a person must decide.
pub fn propose_level(profile: &Profile, pack: LevelPack, as_of: Date) -> Proposal {
    let mut out = Proposal {
        level: None,
        reasons: Vec::new(),
        articles: Vec::new(),
        assumptions: Vec::new(),
        unknown: BTreeSet::new(),
        needs_human: false,
    };
    let open = judge(profile, pack, &mut out);
    out.level = out.reasons.iter().map(|r| r.level).max();
    for (criterion, fields) in open {
        // What could not raise the level need not be asked.
        if Some(criterion.level) > out.level {
            out.leave_open(criterion, &fields);
        }
    }
    for component in &profile.components {
        let below = propose_level(component, pack, as_of);
        out.needs_human |= below.needs_human;
        out.unknown.extend(below.unknown);
        out.assumptions.extend(below.assumptions);
        out.reasons.extend(below.reasons);
        out.level = out.level.max(below.level);
    }
    special_cases(profile, pack, as_of, &mut out);
    out.reasons.sort_by_key(|r| std::cmp::Reverse(r.level));
    out.articles
        .extend(out.reasons.iter().map(|r| r.article.clone()));
    let mut seen = BTreeSet::new();
    out.articles.retain(|article| seen.insert(article.clone()));
    let mut seen = BTreeSet::new();
    out.assumptions
        .retain(|words| seen.insert(words.vi.clone()));
    if out.level.is_none() {
        out.needs_human = true;
    }
    out
}

/// Asks every criterion of the pack; gives back those that stay open.
fn judge(
    profile: &Profile,
    pack: LevelPack,
    out: &mut Proposal,
) -> Vec<(&'static Criterion, Vec<&'static str>)> {
    let secret = profile.info.contains(&InfoKind::StateSecret);
    let mut open = Vec::new();
    for criterion in criterion::all().iter().filter(|c| c.pack == pack) {
        match criterion.ask(profile) {
            Answer::Met => out.reasons.push(criterion.reason()),
            Answer::NotMet => {}
            Answer::Disputed => {
                out.reasons.push(criterion.reason());
                out.needs_human = true;
                out.assumptions.push(DISPUTED.into());
            }
            // State secrets of unknown harm are level 3 at least, and a person decides.
            Answer::Unknown(fields)
                if secret
                    && criterion.level == Level::Three
                    && fields == ["harm_to_national_security"] =>
            {
                out.assume(criterion, &fields);
            }
            // A kind that is unknown makes every criterion open; only the other inputs are assumed.
            Answer::Unknown(fields)
                if criterion.unknown == Some(Unknown::Assume) && !fields.contains(&"kind") =>
            {
                out.assume(criterion, &fields);
            }
            Answer::Unknown(fields) => open.push((criterion, fields)),
        }
    }
    open
}

impl Criterion {
    fn reason(&self) -> Reason {
        let caution = if self.caution {
            CAUTION
        } else {
            Text::new("", "")
        };
        Reason {
            level: self.level,
            words: Words::new(
                format!("{}{}", self.vi, caution.vi),
                format!("{}{}", self.en, caution.en),
            ),
            article: Article {
                decree: self.pack.decree().to_owned(),
                article: self.article.clone(),
            },
            certainty: self.certainty,
        }
    }
}

impl Proposal {
    fn assume(&mut self, criterion: &Criterion, fields: &[&'static str]) {
        self.reasons.push(criterion.reason());
        self.needs_human = true;
        self.unknown.extend(fields);
        let (vi, en) = quoted(fields);
        self.assumptions.push(Words::new(
            format!("Chưa rõ {vi}; tạm coi là: {}", criterion.vi),
            format!("Unknown: {en}; taken as: {}", criterion.en),
        ));
    }

    fn leave_open(&mut self, criterion: &Criterion, fields: &[&'static str]) {
        self.unknown.extend(fields);
        let (vi, en) = quoted(fields);
        if criterion.rare {
            self.assumptions.push(Words::new(
                format!("Chưa khai {vi}; coi như không có"),
                format!("Not recorded: {en}; taken as absent"),
            ));
        } else {
            self.needs_human = true;
            self.assumptions.push(Words::new(
                format!(
                    "Chưa rõ {vi}; nếu đúng thì là cấp độ {}: {}",
                    criterion.level, criterion.vi
                ),
                format!(
                    "Unknown: {en}; if so the level is {}: {}",
                    criterion.level, criterion.en
                ),
            ));
        }
    }
}

fn special_cases(profile: &Profile, pack: LevelPack, as_of: Date, out: &mut Proposal) {
    if LevelPack::in_force(as_of).is_none() {
        out.needs_human = true;
        out.assumptions.push(GAP.into());
    } else if LevelPack::in_force(as_of) != Some(pack) {
        out.assumptions.push(OTHER_PACK.into());
    }
    if profile.infra_scope == Some(InfrastructureScope::Nationwide)
        && profile.needs_24x7 != Some(true)
    {
        out.needs_human = true;
        out.assumptions.push(NOT_24X7.into());
    }
    if profile.info.contains(&InfoKind::StateSecret) {
        out.needs_human = true;
        out.assumptions.push(STATE_SECRET.into());
        for article in ["Điều 26.3", "Điều 26.4"] {
            out.articles.push(Article {
                decree: LevelPack::Nd331.decree().to_owned(),
                article: article.to_owned(),
            });
        }
        out.articles.push(Article {
            decree: "Nghị định 333/2026/NĐ-CP".to_owned(),
            article: "Điều 7.4".to_owned(),
        });
    }
    let counted = profile
        .subjects_basic
        .or(profile.subjects_sensitive)
        .or(profile.users_personal);
    if counted.is_some_and(|n| n > 0) && profile.counting.is_none() {
        out.assumptions.push(COUNTING.into());
    }
}

const CAUTION: Text = Text::new(
    " (NĐ 42/2022 thay mức độ 1–4 bằng một phần, toàn trình; ở đây coi cả hai là từ mức độ 3)",
    " (NĐ 42/2022 replaced degrees 1–4 by partly and fully online; both are taken as degree 3 and up)",
);
const DISPUTED: Text = Text::new(
    "Loại hình ghi trong hồ sơ khác với phạm vi dùng chung; cần người có thẩm quyền xác định loại hình",
    "The kind recorded does not fit the scope of sharing; a person must determine the kind",
);
const GAP: Text = Text::new(
    "Từ 01/7 đến 18/8/2026 chưa chắc nghị định nào về cấp độ có hiệu lực",
    "Between 1 July and 18 August 2026 no decree on levels is certain to be in force",
);
const OTHER_PACK: Text = Text::new(
    "Nghị định này không phải nghị định có hiệu lực vào ngày xét; chỉ để so sánh",
    "This decree is not the one in force on the day of judgement; for comparison only",
);
const NOT_24X7: Text = Text::new(
    "Hạ tầng toàn quốc nhưng chưa rõ hoặc không phải vận hành 24/7",
    "Nationwide infrastructure not known to run day and night",
);
const STATE_SECRET: Text = Text::new(
    "Hệ thống có bí mật nhà nước: phần mềm chỉ giữ tên và loại trừ, không bao giờ cấp phép quét",
    "State secrets: the product keeps only a name and an exclusion and never gives a permit",
);
const COUNTING: Text = Text::new(
    "Chưa ghi cách đếm số chủ thể dữ liệu; nghị định không quy định cách đếm",
    "How the subjects were counted is not recorded; the decree defines no method",
);

#[cfg(test)]
mod tests;
