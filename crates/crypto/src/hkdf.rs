//! HKDF with SHA-256 (RFC 5869).

/// The longest output of HKDF-SHA-256: 255 blocks of 32 bytes (RFC 5869, section 2.3).
const OUTPUT_BYTES_MAX: usize = 255 * 32;

/// `N` bytes of key material from `secret`, bound to `info`. An empty `salt` is RFC 5869's "not provided".
///
/// `N` beyond 8,160 does not compile.
pub fn hkdf_sha256<const N: usize>(secret: &[u8], salt: &[u8], info: &[u8]) -> [u8; N] {
    const { assert!(N <= OUTPUT_BYTES_MAX) };
    struct Length(usize);
    impl aws_lc_rs::hkdf::KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let mut out = [0; N];
    let prk = aws_lc_rs::hkdf::Salt::new(aws_lc_rs::hkdf::HKDF_SHA256, salt).extract(secret);
    #[expect(clippy::expect_used, reason = "the one failure is a length over the maximum, excluded above")]
    prk.expand(&[info], Length(N)).and_then(|okm| okm.fill(&mut out)).expect("the length is allowed");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_cases_of_rfc_5869_hold() {
        // Appendix A.1.
        let salt: Vec<u8> = (0x00..=0x0c).collect();
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        assert_eq!(
            hex(&hkdf_sha256::<42>(&[0x0b; 22], &salt, &info)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        );
        // Appendix A.3: no salt, no info.
        assert_eq!(
            hex(&hkdf_sha256::<42>(&[0x0b; 22], &[], &[])),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
        );
    }
}
