//! The one segment of TCP that a SYN scan writes, and the answers to it that it reads (RFC 9293 3.1,
//! RFC 791 3.1).

use std::net::IpAddr;

use super::{Cursor, Malformed};

/// Bytes of a segment without options, and of ours with its one option.
const BARE: u8 = 20;
const OURS: usize = 24;

/// What we say we could take at once: the usual beginning of a Linux host. It is never taken.
const WINDOW: u16 = 64_240;

/// Number of TCP as the protocol of an IP packet (IANA).
const TCP: u8 = 6;

/// A segment of TCP, as far as port discovery needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Port it comes from.
    pub from: u16,
    /// Port it goes to.
    pub to: u16,
    /// Sequence number.
    pub sequence: u32,
    /// Acknowledgement number; means something only with [`Segment::ACK`].
    pub acknowledged: u32,
    /// Control bits.
    pub flags: u8,
}

impl Segment {
    /// The sender wants a connection.
    pub const SYN: u8 = 0x02;
    /// The sender knows of no such connection.
    pub const RST: u8 = 0x04;
    /// The acknowledgement number counts.
    pub const ACK: u8 = 0x10;

    /// A request for a connection.
    pub const fn syn(from: u16, to: u16, sequence: u32) -> Self {
        Self {
            from,
            to,
            sequence,
            acknowledged: 0,
            flags: Self::SYN,
        }
    }

    /// Whether this segment says that a listener is there: `Some(true)`, or that none is:
    /// `Some(false)`, in answer to a SYN with `sequence`. None is any other segment, also one that
    /// acknowledges something else: whoever has not seen our SYN cannot answer it.
    pub fn verdict(&self, sequence: u32) -> Option<bool> {
        if self.flags & Self::ACK == 0 || self.acknowledged != sequence.wrapping_add(1) {
            return None;
        }
        match self.flags & (Self::SYN | Self::RST) {
            Self::SYN => Some(true),
            Self::RST => Some(false),
            _ => None,
        }
    }

    /// Its bytes on the way from `source` to `destination`, with the option that says how long a
    /// segment may be (RFC 9293 3.7.1): without it some filters take a SYN for a forgery. Both
    /// addresses are of one family.
    pub fn write(&self, source: IpAddr, destination: IpAddr) -> [u8; OURS] {
        let longest: u16 = if destination.is_ipv4() { 1460 } else { 1440 };
        let mut out = [0; OURS];
        let fields: [&[u8]; 9] = [
            &self.from.to_be_bytes(),
            &self.to.to_be_bytes(),
            &self.sequence.to_be_bytes(),
            &self.acknowledged.to_be_bytes(),
            // The length in words of four bytes, in the upper half.
            &[6 << 4, self.flags],
            &WINDOW.to_be_bytes(),
            // The sum, which is not known yet, and no urgent data.
            &[0; 4],
            &[2, 4],
            &longest.to_be_bytes(),
        ];
        for (place, byte) in out.iter_mut().zip(fields.into_iter().flatten()) {
            *place = *byte;
        }
        let sum = checksum(source, destination, &out).to_be_bytes();
        out[16..18].copy_from_slice(&sum);
        out
    }

    /// Reads the beginning of a segment. Its sum is not looked at: on loopback, and where a network
    /// card works it out, none is there yet; an answer is known by what it acknowledges.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Cursor::new(bytes);
        let (from, to) = (rest.short()?, rest.short()?);
        let (sequence, acknowledged) = (long(&mut rest)?, long(&mut rest)?);
        let length = (rest.byte()? >> 4) * 4;
        let flags = rest.byte()?;
        if length < BARE {
            return Err(Malformed("a TCP header shorter than its fields"));
        }
        // Window, sum and urgent pointer belong to the header, whatever they are.
        rest.take(6)?;
        Ok(Self {
            from,
            to,
            sequence,
            acknowledged,
            flags,
        })
    }

    /// Reads the segment in a packet of IPv4.
    pub fn read_in_ipv4(packet: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Cursor::new(packet);
        let first = rest.byte()?;
        let length = usize::from(first & 0x0f) * 4;
        if first >> 4 != 4 || length < usize::from(BARE) {
            return Err(Malformed("not a header of IPv4"));
        }
        rest.take(5)?;
        if rest.short()? & 0x1fff != 0 {
            return Err(Malformed("not the first piece of a packet"));
        }
        rest.byte()?;
        if rest.byte()? != TCP {
            return Err(Malformed("not TCP"));
        }
        rest.take(length - 10)?;
        Self::read(rest.rest())
    }
}

fn long(from: &mut Cursor<'_>) -> Result<u32, Malformed> {
    let (high, low) = (from.short()?, from.short()?);
    Ok(u32::from(high) << 16 | u32::from(low))
}

/// The sum over a segment and the pseudo header of its packet (RFC 9293 3.1, RFC 8200 8.1, RFC 1071):
/// zero over a segment whose sum is in place.
fn checksum(source: IpAddr, destination: IpAddr, segment: &[u8]) -> u16 {
    let words = |bytes: &[u8]| -> u64 {
        bytes
            .chunks(2)
            .map(|pair| {
                let low = pair.get(1).copied().unwrap_or_default();
                u64::from(u16::from_be_bytes([pair[0], low]))
            })
            .sum()
    };
    let address = |of: IpAddr| match of {
        IpAddr::V4(of) => words(&of.octets()),
        IpAddr::V6(of) => words(&of.octets()),
    };
    let mut sum = address(source)
        + address(destination)
        + u64::from(TCP)
        + segment.len() as u64
        + words(segment);
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn addresses() -> impl Strategy<Value = (IpAddr, IpAddr)> {
        prop_oneof![
            any::<([u8; 4], [u8; 4])>().prop_map(|(a, b)| (IpAddr::from(a), IpAddr::from(b))),
            any::<([u8; 16], [u8; 16])>().prop_map(|(a, b)| (IpAddr::from(a), IpAddr::from(b))),
        ]
    }

    fn segments() -> impl Strategy<Value = Segment> {
        any::<(u16, u16, u32, u32, u8)>().prop_map(|(from, to, sequence, acknowledged, flags)| {
            Segment {
                from,
                to,
                sequence,
                acknowledged,
                flags,
            }
        })
    }

    /// A header of IPv4 with so many bytes of options.
    fn ipv4(options: usize, protocol: u8, offset: u16) -> Vec<u8> {
        let words = u8::try_from(5 + options / 4).unwrap();
        let mut out = vec![0x40 | words, 0, 0, 0, 0, 0];
        out.extend(offset.to_be_bytes());
        out.extend([64, protocol, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
        out.resize(20 + options, 1);
        out
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back((source, destination) in addresses(), segment in segments()) {
            let bytes = segment.write(source, destination);
            prop_assert_eq!(Segment::read(&bytes), Ok(segment));
            prop_assert_eq!(checksum(source, destination, &bytes), 0);
            for options in [0, 4, 40] {
                let mut packet = ipv4(options, TCP, 0x4000);
                packet.extend(bytes);
                prop_assert_eq!(Segment::read_in_ipv4(&packet), Ok(segment));
            }
        }

        #[test]
        fn a_changed_bit_changes_the_sum((source, destination) in addresses(), segment in segments(), bit in 0..OURS * 8) {
            let mut bytes = segment.write(source, destination);
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(checksum(source, destination, &bytes), 0);
        }

        #[test]
        fn any_bytes_end_well(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = Segment::read(&bytes);
            let _ = Segment::read_in_ipv4(&bytes);
        }

        #[test]
        fn only_an_answer_to_our_own_syn_counts(segment in segments(), sequence in any::<u32>()) {
            let told = segment.verdict(sequence).is_some();
            prop_assert!(!told || segment.acknowledged == sequence.wrapping_add(1));
        }
    }

    #[test]
    fn a_segment_as_the_kernel_sums_it() {
        // 192.0.2.1:61000 asks 192.0.2.2:443 with sequence 1; the sum as another program works it out.
        let bytes =
            Segment::syn(61_000, 443, 1).write([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        assert_eq!(bytes[16..18], 0x292d_u16.to_be_bytes());
    }

    #[test]
    fn answers() {
        let answer = |flags, acknowledged| Segment {
            from: 443,
            to: 61_000,
            sequence: 7,
            acknowledged,
            flags,
        };
        let (syn, rst, ack) = (Segment::SYN, Segment::RST, Segment::ACK);
        for (segment, expected) in [
            (answer(syn | ack, 0), Some(true)),
            (answer(rst | ack, 0), Some(false)),
            // Ours, come back to us on loopback; a stray reset; a word of another connection.
            (answer(syn, 0), None),
            (answer(rst, 0), None),
            (answer(ack, 0), None),
            (answer(syn | rst | ack, 0), None),
            (answer(syn | ack, 1), None),
        ] {
            assert_eq!(segment.verdict(u32::MAX), expected, "{segment:?}");
        }
    }

    #[test]
    fn what_is_no_segment() {
        let bytes = Segment::syn(1, 2, 3).write([127, 0, 0, 1].into(), [127, 0, 0, 1].into());
        assert!(Segment::read(&bytes[..19]).is_err());
        let mut short = bytes;
        short[12] = 4 << 4;
        assert!(Segment::read(&short).is_err());
        for (protocol, offset) in [(17, 0), (TCP, 1)] {
            let mut packet = ipv4(0, protocol, offset);
            packet.extend(bytes);
            assert!(Segment::read_in_ipv4(&packet).is_err());
        }
        let mut packet = ipv4(0, TCP, 0);
        packet[0] = 0x44;
        packet.extend(bytes);
        assert!(Segment::read_in_ipv4(&packet).is_err());
        packet[0] = 0x65;
        assert!(Segment::read_in_ipv4(&packet).is_err());
    }
}
