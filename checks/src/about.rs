//! One text, two readers: what a check says of itself becomes its `About` and its doc comment.

/// Declares the empty struct of a check with its page: `about!(Name, Area, Kind, exposure, {…})`.
macro_rules! about {
    ($name:ident, $area:ident, $kind:ident, $exposure:literal, {
        id: $id:literal,
        title: [$title_vi:literal, $title_en:literal],
        why: [$why_vi:literal, $why_en:literal],
        fix: [$fix_vi:literal, $fix_en:literal],
        message: [$message_vi:literal, $message_en:literal],
        sources: [$($source:literal),+ $(,)?] $(,)?
    }) => {
        #[doc = concat!(
            "`", $id, "`: ", $title_vi, " (", $title_en, ").\n\n# Vì sao\n\n", $why_vi,
            "\n\n# Cách khắc phục\n\n", $fix_vi, "\n\n# Căn cứ\n" $(, "\n- ", $source)+
        )]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl $name {
            const PAGE: $crate::About = $crate::About {
                id: $id,
                area: $crate::Area::$area,
                kind: $crate::Kind::$kind,
                exposure: $exposure,
                title: luytre_inventory::Text::new($title_vi, $title_en),
                why: luytre_inventory::Text::new($why_vi, $why_en),
                fix: luytre_inventory::Text::new($fix_vi, $fix_en),
                message: luytre_inventory::Text::new($message_vi, $message_en),
                sources: &[$($source),+],
            };
        }
    };
}
