//! Ed25519 as RFC 8032 has it, and the inputs on which libraries differ.
//!
//! The hostile inputs were made with a few lines of Python over the curve's equations, from the seed 00 01 … 1f.

use crypto::ed25519::{PublicKey, SecretKey};

use crate::{hex, hex_bytes};

/// RFC 8032, section 7.1: secret key, public key, message, signature.
const RFC_8032: &[[&str; 4]] = &[
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

#[test]
fn the_tests_of_rfc_8032_come_out_byte_for_byte() {
    for [secret, public, message, signature] in RFC_8032 {
        let key = SecretKey::from_seed(&hex(secret));
        let (message, signature) = (hex_bytes(message), hex_bytes(signature));
        assert_eq!(key.public().to_bytes(), hex(public));
        assert_eq!(key.sign(&message)[..], signature);
        key.public().verify(&message, &signature).unwrap();
    }
}

#[test]
fn one_bit_changed_anywhere_breaks_a_signature() {
    let [_, public, message, signature] = RFC_8032[2];
    let key = PublicKey::from_bytes(hex(public)).unwrap();
    let (message, signature) = (hex_bytes(message), hex_bytes(signature));
    for bit in 0..signature.len() * 8 {
        let mut other = signature.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(key.verify(&message, &other).unwrap_err().code(), "bad-signature", "bit {bit}");
    }
    for bit in 0..message.len() * 8 {
        let mut other = message.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(key.verify(&other, &signature).unwrap_err().code(), "bad-signature", "bit {bit}");
    }
    for other in [&signature[..63], &[], &[&signature[..], &[0]].concat(), &[&[0], &signature[..]].concat()] {
        assert_eq!(key.verify(&message, other).unwrap_err().code(), "bad-signature");
    }
}

/// All encodings whose y is that of a point of order 1, 2, 4 or 8, and all that are not canonical: y from p on is
/// p to 2^255 - 1, so p + 0 to p + 18, each with either sign of x.
fn weak_encodings() -> Vec<[u8; 32]> {
    let mut found: Vec<[u8; 32]> = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]
    .map(hex)
    .to_vec();
    found.extend((0xed..=0xff).map(|lowest| {
        let mut y = [0xff; 32];
        (y[0], y[31]) = (lowest, 0x7f);
        y
    }));
    let negative: Vec<[u8; 32]> = found
        .iter()
        .map(|y| {
            let mut other = *y;
            other[31] |= 0x80;
            other
        })
        .collect();
    found.extend(negative);
    found
}

#[test]
fn keys_of_small_order_or_not_canonical_are_refused_and_so_is_such_an_r() {
    let key = SecretKey::from_seed(&std::array::from_fn(|at| u8::try_from(at).unwrap()));
    let mut signature = key.sign(b"twakow");
    assert_eq!(weak_encodings().len(), 2 * (5 + 19));
    for weak in weak_encodings() {
        assert_eq!(PublicKey::from_bytes(weak).unwrap_err().code(), "weak-key", "{weak:02x?}");
        signature[..32].copy_from_slice(&weak);
        let refusal = key.public().verify(b"twakow", &signature).unwrap_err();
        assert!(refusal.particulars().is_some_and(|found| found.starts_with("R is")), "{weak:02x?}");
    }
    // The neighbours of the refused ones: y = 3 and y = p - 1 - 3, both on the curve.
    let mut neighbour = [0; 32];
    neighbour[0] = 3;
    PublicKey::from_bytes(neighbour).unwrap();
    let mut neighbour = [0xff; 32];
    (neighbour[0], neighbour[31]) = (0xed - 3, 0x7f);
    PublicKey::from_bytes(neighbour).unwrap();
}

const PUBLIC: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
/// The same point plus one of order 8: not of small order itself.
const MIXED: &str = "b502ff3d92e31d8190b4aa4ea0414005167fad089c4de9dac8a2fc850fed4f58";

#[test]
fn signatures_on_which_libraries_differ_are_refused() {
    let cases = [
        (
            "S + L instead of S",
            PUBLIC,
            "twakow",
            "a92955f033d924984a55112af46b417b8936c543f8aef872f914ce66ccb97e7a57e11441927ffd4ca846ea3d2c43225ece55de522a48976f97366d65c71af517",
        ),
        (
            "R is the identity, and the equation holds",
            PUBLIC,
            "twakow",
            "0100000000000000000000000000000000000000000000000000000000000000595285db5ec51a4541175f7709d52100dce22b66cce174b1aa26d41c9fea2804",
        ),
        (
            "R is of order 8, and the equation holds for a mixed key",
            MIXED,
            "twakow R 0",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fab92ceb5bd35de11a9f680ae8b0bf5c029751cf17337758c602282cf08ce39601",
        ),
        (
            "the equation holds only after multiplying by the cofactor",
            MIXED,
            "twakow 1",
            "45f70e075fddfd9518fc1d5f0ff6bd901672ac02a70ac43ded16a5bdd904f8ed41f785dce6b462d80a28d237f85e675df2ad1318ba432334cd7ffd582e5b5803",
        ),
    ];
    for (name, key, message, signature) in cases {
        let verdict =
            PublicKey::from_bytes(hex(key)).unwrap().verify(message.as_bytes(), &hex_bytes(signature));
        assert_eq!(verdict.unwrap_err().code(), "bad-signature", "{name}");
    }
    // The twins that stand: the honest signature, and one of the mixed key where the equation holds as it is.
    let honest = "a92955f033d924984a55112af46b417b8936c543f8aef872f914ce66ccb97e7a6a0d1fe4771cebf4d1a9f29a4d494349ce55de522a48976f97366d65c71af507";
    PublicKey::from_bytes(hex(PUBLIC)).unwrap().verify(b"twakow", &hex_bytes(honest)).unwrap();
    let mixed = "30f11e5ce30eebf0c3f621044166f59f4f9abfd32faf240511139be08cb903f65fb1b6bb69bf92d2e671b63dbe93633e61e5685fe81b18baaf0db3ec44bc530d";
    PublicKey::from_bytes(hex(MIXED)).unwrap().verify(b"twakow 0", &hex_bytes(mixed)).unwrap();
}

#[test]
fn bytes_that_are_no_point_verify_nothing() {
    // y = 2 has no x: 3 divided by 4d + 1 is no square.
    let mut no_point = [0; 32];
    no_point[0] = 2;
    match PublicKey::from_bytes(no_point) {
        Err(refusal) => assert_eq!(refusal.code(), "weak-key"),
        Ok(key) => {
            let signature = SecretKey::from_seed(&[7; 32]).sign(b"twakow");
            assert_eq!(key.verify(b"twakow", &signature).unwrap_err().code(), "bad-signature");
        }
    }
}
