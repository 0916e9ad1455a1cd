//! `CoAP` (RFC 7252).

use luytre_checks::fact::UdpQuestion;
use luytre_inventory::Protocol;

use super::{Step, Told, text};

/// The list of resources (RFC 6690 section 4). Sent as non-confirmable, so that nothing is sent again to
/// us and nothing needs our confirmation.
pub(super) const COAP: Step = Step {
    question: UdpQuestion::CoapCore,
    protocol: Protocol::Coap,
    say: |_, number| {
        let [_, _, high, low] = number.to_be_bytes();
        let mut out = vec![VERSION_ONE | NON_CONFIRMABLE | TOKEN, GET, high, low];
        out.extend(number.to_be_bytes());
        // Uri-Path is option 11, twice.
        out.push(0xbb);
        out.extend(b".well-known");
        out.push(0x04);
        out.extend(b"core");
        out
    },
    read: coap,
    ..Step::PLAIN
};

const VERSION_ONE: u8 = 0x40;
const NON_CONFIRMABLE: u8 = 0x10;
/// Four bytes of token.
const TOKEN: u8 = 4;
const GET: u8 = 1;
const CONTENT: u8 = 0x45;

/// A response carries our token; a reset, which has none, our message number (section 4.3).
fn coap(number: u32, said: &[u8]) -> Option<Told> {
    let [first, code, a, b] = *said.first_chunk::<4>()?;
    let [_, _, high, low] = number.to_be_bytes();
    if said.len() == 4 && first == 0x70 && code == 0 && [a, b] == [high, low] {
        return Some(Told::default());
    }
    let ours = first & 0xc0 == VERSION_ONE
        && first & 0x0f == TOKEN
        && matches!(code >> 5, 2 | 4 | 5)
        && said.get(4..8)? == number.to_be_bytes();
    let payload = said.iter().position(|byte| *byte == 0xff);
    let payload = payload.and_then(|at| said.get(at + 1..)).unwrap_or(&[]);
    ours.then(|| Told {
        banner: if code == CONTENT {
            text(payload)
        } else {
            String::new()
        },
        refused: code >> 5 != 2,
        ..Told::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_carry_our_token() {
        let number = 0x0102_0304;
        let said = |first: u8, code: u8| {
            [
                &[first, code, 9, 9, 1, 2, 3, 4, 0xc1, 40, 0xff][..],
                b"</a>;rt=\"x\"",
            ]
            .concat()
        };
        assert_eq!(
            coap(number, &said(0x54, 0x45)).unwrap().banner,
            "</a>;rt=\"x\""
        );
        assert!(coap(number, &said(0x64, 0x84)).unwrap().refused);
        assert_eq!(coap(number + 1, &said(0x54, 0x45)), None);
        assert_eq!(coap(number, &said(0x55, 0x45)), None);
        assert_eq!(coap(number, &said(0x54, 0x01)), None, "a request");
        assert!(coap(number, &[0x70, 0, 3, 4]).is_some());
        assert_eq!(coap(number, &[0x70, 0, 3, 5]), None);
    }
}
