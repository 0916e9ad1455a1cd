//! The PDF, read by poppler.

use jiff::civil::date;
use luytre_report::{Issue, SecrecyMark, pdf};
use unicode_normalization::is_nfc;

use crate::support::{
    barely_measured, dense, flat, hostile, installed, output, pages, sample, with_findings,
};

#[test]
fn the_text_is_vietnamese_and_whole() {
    if !installed("pdftotext") {
        return;
    }
    let pages = pages(&pdf(&sample()).unwrap());
    let all = pages.concat();
    assert!(is_nfc(&all));
    let text = flat(&all);
    for wanted in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỬ DỤNG CÔNG NGHỆ CAO",
        "DỰ THẢO",
        "LƯU HÀNH NỘI BỘ",
        "đối với Trang thông tin điện tử xã Đồi Chè năm 2026",
        "ĐỎ – 1 tồn tại mức Cao trở lên đã quá hạn khắc phục (trong 2 đang mở).",
        "Mức rủi ro ghi nhận, không phải kết luận tuân thủ.",
        "Đã thực hiện 66/72 lượt đo theo kế hoạch (91,6%); số liệu đến",
        "06 giờ 00 phút ngày 21/11/2026",
        "Có 72 kết quả đối chiếu",
        "mặc định của hệ thống, không phải thời hạn luật định",
        "Chưa có bằng chứng không có nghĩa là đạt, cũng không có nghĩa là vi phạm.",
        "Hình 1: Kết quả đối chiếu theo năm loại",
        "Hình 2: Tồn tại đang mở theo mức độ",
        "Hình 3: Thời hạn hiệu lực của chứng thư số",
        "Bảng 16: Dịch vụ trả lời",
        "Nơi nhận:",
        "- Lưu: VT, PA05.",
        "TRƯỞNG PHÒNG",
        "Phụ lục IV",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

#[test]
fn every_vietnamese_letter_comes_back() {
    if !installed("pdftotext") {
        return;
    }
    let lower = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ";
    let mut a = sample();
    a.system.hosting = Some(format!("{lower} {}", lower.to_uppercase()));
    let text = dense(&pages(&pdf(&a).unwrap()).concat());
    // The cell is narrower than the letters, so the line breaks somewhere: look for pieces.
    for letters in [lower, &lower.to_uppercase()] {
        for piece in letters.chars().collect::<Vec<_>>().chunks(10) {
            let piece: String = piece.iter().collect();
            assert!(text.contains(&piece), "{piece}\n{text}");
        }
    }
}

#[test]
fn page_one_says_what_to_do_before_the_legal_bases() {
    if !installed("pdftotext") {
        return;
    }
    let pages = pages(&pdf(&sample()).unwrap());
    let first = flat(&pages[0]);
    let places: Vec<usize> = [
        "CỘNG HÒA",
        "BÁO CÁO",
        "Việc cần làm:",
        "Đơn vị thực hiện:",
        "Thời hạn:",
        "ĐỎ –",
        "Căn cứ Luật An ninh mạng số 116/2025/QH15;",
    ]
    .iter()
    .map(|wanted| {
        first
            .find(wanted)
            .unwrap_or_else(|| panic!("{wanted}: {first}"))
    })
    .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn pages_are_numbered_at_the_top_but_for_the_first_of_each_part() {
    if !installed("pdftotext") {
        return;
    }
    let pages = pages(&pdf(&sample()).unwrap());
    let top = |page: &str| page.lines().next().unwrap_or_default().trim().to_owned();
    assert!(top(&pages[0]).contains("CÔNG AN TỈNH"), "{}", pages[0]);
    assert_eq!(top(&pages[1]), "2");
    assert_eq!(top(&pages[2]), "3");
    let annexes: Vec<usize> = (0..pages.len())
        .filter(|n| top(&pages[*n]).starts_with("Phụ lục "))
        .collect();
    assert_eq!(annexes.len(), 4);
    // The third annex holds the findings and goes on for pages of its own.
    assert_eq!(top(&pages[annexes[2] + 1]), "2");
}

#[test]
fn same_assessment_same_bytes() {
    let first = pdf(&sample()).unwrap();
    // Something else in between, so that no cache hides a difference.
    pdf(&barely_measured()).unwrap();
    assert!(first == pdf(&sample()).unwrap());
    let mut later = sample();
    later.snapshot.taken += jiff::SignedDuration::from_secs(60);
    assert!(first != pdf(&later).unwrap());
}

#[test]
fn fonts_are_embedded_and_the_time_is_the_snapshots() {
    if !installed("pdffonts") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, pdf(&sample()).unwrap()).unwrap();
    let fonts = output("pdffonts", &[], &path);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!fonts.is_empty());
    for font in fonts {
        assert!(font.contains("LiberationSerif"), "{font}");
        assert!(
            font.contains("yes yes yes"),
            "embedded, subset, readable: {font}"
        );
    }
    let about = output("pdfinfo", &["-isodates"], &path);
    assert!(about.contains("2026-11-20T23:10:00Z"), "{about}");
    assert!(about.contains("A4"), "{about}");
}

#[test]
fn a_draft_has_no_number_and_an_issued_report_no_draft_mark() {
    if !installed("pdftotext") {
        return;
    }
    let mut a = sample();
    let draft = pages(&pdf(&a).unwrap()).concat();
    assert!(flat(&draft).contains("Số: /BC-PA05"), "{draft}");
    assert!(flat(&draft).contains("Lam Giang, ngày tháng năm 2026"));
    a.issue = Issue::Issued {
        number: 5,
        date: date(2027, 1, 5),
    };
    a.secrecy = SecrecyMark::Unmarked;
    let issued = flat(&pages(&pdf(&a).unwrap()).concat());
    assert!(issued.contains("Số: 05/BC-PA05"), "{issued}");
    assert!(issued.contains("Lam Giang, ngày 05 tháng 01 năm 2027"));
    for absent in ["DỰ THẢO", "LƯU HÀNH", "ự thảo"] {
        assert!(!issued.contains(absent), "{absent}");
    }
}

#[test]
fn too_little_measured_means_no_statement() {
    if !installed("pdftotext") {
        return;
    }
    let text = flat(&pages(&pdf(&barely_measured()).unwrap()).concat());
    for wanted in [
        "XÁM – Không đủ số liệu để đánh giá.",
        "7/40 lượt đo theo kế hoạch (17,5%)",
        "Tạo điều kiện để đo 33 lượt chưa đo được",
        "Không ghi nhận tồn tại đang mở trong phạm vi đã đo.",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    for absent in ["XANH", "VÀNG"] {
        assert!(!text.contains(absent), "{absent}");
    }
}

#[test]
fn three_hundred_findings_all_appear() {
    if !installed("pdftotext") {
        return;
    }
    let pages = pages(&pdf(&with_findings(300)).unwrap());
    let text = dense(&pages.concat());
    for n in 0..300 {
        assert!(text.contains(&format!("PH-{n:04}.")), "{n}");
    }
    assert!(text.contains("20tồntạinghiêmtrọngnhấttrêntổngsố300"));
    assert!((40..200).contains(&pages.len()), "{}", pages.len());
}

#[test]
fn hostile_text_stays_text_and_inside_the_page() {
    if !installed("pdftotext") {
        return;
    }
    let bytes = pdf(&hostile()).unwrap();
    let pages = pages(&bytes);
    let text = dense(&pages.concat());
    for wanted in [
        "#panic()",
        "$x$+$",
        "*a*_b_`c`",
        "<b>&amp;</b>",
        "]]>",
        "-gạchđầudòng",
        "[U+202E]đảochữ",
        "nul[U+0000]esc[U+001B][31m",
        "#letx=1;\\/~@ref<label>\"'https://a//b//c",
        "[đãcắt9600kýtự]",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(pages.len() < 60, "{} pages", pages.len());
    no_letter_outside(&bytes);
}

/// Every letter lies between the paper's edges and inside the side margins, give or take a hair.
fn no_letter_outside(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, bytes).unwrap();
    let boxes = output("pdftotext", &["-bbox", "-"], &path);
    let number = |line: &str, name: &str| -> f64 {
        let from = line.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        let rest = &line[from..];
        rest[..rest.find('"').unwrap()].parse().unwrap()
    };
    let words: Vec<&str> = boxes.lines().filter(|l| l.contains("<word ")).collect();
    assert!(words.len() > 1_000);
    // A4 is 595.28 × 841.89 points; margins 30 mm left, 15 mm right.
    for word in words {
        assert!(number(word, "xMin") > 82.0, "{word}");
        assert!(number(word, "xMax") < 556.0, "{word}");
        assert!(number(word, "yMin") > 20.0, "{word}");
        assert!(number(word, "yMax") < 830.0, "{word}");
    }
}
