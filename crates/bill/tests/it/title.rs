//! Title, by tables that a shipping lawyer can read. `+ NAME` is that party's signed consent.

use bill::{
    details::{ActionCode, Details},
    party::Party,
    title::Policy,
    words::End,
};
use crypto::{Digest, json::Value};

use crate::desk::{Desk, check, document, party, run, said};

#[test]
fn a_blank_endorsed_bill_passes_by_possession() {
    check(
        "
        issue     carrier  -> exporter order exporter | ok ; to the order of exporter
        endorse   exporter blank                      | ok ; to the order of exporter
        move      exporter -> trader                  | ok ; blank: whoever is in possession
        move      trader   -> bank                    | ok ; blank: whoever is in possession
        endorse   exporter named importer             | refused not-in-control
        surrender bank     delivery                   | ok
        close     carrier  delivered                  | ok
        move      bank     -> importer                | refused closed
        ",
    );
}

#[test]
fn a_blank_bill_turns_back_into_order_form() {
    check(
        "
        issue     carrier  -> exporter blank          | ok ; blank: whoever is in possession
        move      exporter -> trader                  | ok
        move      trader   -> bank order              | ok ; to the order of bank
        move      bank     -> importer                | ok ; to the order of bank
        surrender importer delivery                   | refused consent-needed
        endorse   importer order importer             | refused consent-needed
        surrender importer delivery + trader          | refused consent-needed
        surrender importer delivery + bank            | ok
        ",
    );
}

#[test]
fn a_straight_bill_is_neither_endorsed_nor_pledged_and_only_its_consignee_claims() {
    check(
        "
        issue     carrier  -> exporter straight importer | ok ; straight, to importer
        endorse   exporter order importer                | refused not-negotiable
        endorse   exporter blank                         | refused not-negotiable
        nominate  exporter trader                        | refused not-negotiable
        terms     exporter                               | refused not-negotiable
        move      exporter -> bank terms                 | refused not-negotiable
        move      exporter -> importer order             | refused not-negotiable
        surrender exporter delivery                      | refused not-consignee
        surrender exporter amendment                     | ok
        return    carrier                                | ok
        surrender exporter cancel                        | ok
        return    carrier                                | ok
        move      exporter -> trader                     | ok
        surrender trader   delivery                      | refused not-consignee
        surrender trader   amendment                     | refused not-consignee
        move      trader   -> importer                   | ok ; straight, to importer
        surrender importer delivery                      | ok
        close     carrier  delivered                     | ok
        ",
    );
}

#[test]
fn a_named_endorsee_cannot_endorse_further() {
    check(
        "
        issue     carrier  -> exporter order exporter | ok
        move      exporter -> importer named          | ok ; named endorsee importer, who cannot endorse further
        endorse   importer order trader               | refused no-further-endorsement
        nominate  importer trader                     | refused no-further-endorsement
        move      importer -> trader named            | refused no-further-endorsement
        move      importer -> trader                  | ok ; named endorsee importer, who cannot endorse further
        surrender trader   delivery                   | refused consent-needed
        move      trader   -> importer                | ok
        surrender importer delivery                   | ok
        ",
    );
}

#[test]
fn an_endorsement_takes_effect_on_delivery_and_the_last_one_counts() {
    check(
        "
        issue    carrier  -> exporter order exporter | ok
        endorse  exporter order bank                 | ok ; to the order of exporter
        endorse  exporter order trader               | ok ; to the order of exporter
        sign     exporter                            | ok
        move     exporter -> trader                  | ok ; to the order of trader
        endorse  trader   order bank                 | ok
        move     trader   -> importer order          | ok ; to the order of importer
        endorse  importer blank                      | ok
        withdraw importer                            | ok
        withdraw importer                            | refused nothing-to-withdraw
        move     importer -> bank                    | ok ; to the order of importer
        ",
    );
}

#[test]
fn what_was_noted_is_spent_by_the_next_move() {
    check(
        "
        issue    carrier  -> exporter order exporter | ok
        endorse  exporter blank                      | ok
        move     exporter -> trader order            | ok ; to the order of trader
        move     trader   -> bank                    | ok ; to the order of trader
        withdraw bank                                | refused nothing-to-withdraw
        ",
    );
}

#[test]
fn a_rejected_transfer_leaves_the_title_as_it_was() {
    check(
        "
        issue    carrier  -> exporter order exporter | ok
        endorse  exporter blank                      | ok
        move     exporter -> bank order              | ok ; to the order of bank
        reject   bank                                | ok ; to the order of exporter
        move     exporter -> trader                  | ok ; blank: whoever is in possession
        leave    trader                              | ok
        reject   trader                              | refused nothing-to-reject
        ",
    );
}

#[test]
fn a_nominee_may_be_endorsed_to_by_the_possessor() {
    check(
        "
        issue    carrier  -> exporter order exporter | ok
        move     exporter -> trader                  | ok
        nominate trader   importer                   | refused consent-needed
        nominate trader   importer + exporter        | ok
        move     trader   -> bank order              | refused consent-needed
        move     trader   -> importer order          | ok ; to the order of importer
        ",
    );
}

#[test]
fn a_pledge_is_released_to_the_pledgor() {
    check(
        "
        issue     carrier  -> exporter order exporter   | ok
        move      exporter -> bank terms                | refused bare-pledge
        move      exporter -> bank order citing         | ok ; to the order of bank
        move      bank     -> exporter order            | ok ; to the order of exporter
        move      exporter -> bank order terms          | ok ; to the order of bank, pledged to bank
        endorse   bank     order importer               | refused pledged
        terms     bank                                  | refused pledged
        move      bank     -> importer order            | refused pledged
        move      bank     -> importer order miscited   | refused no-such-pledge
        surrender bank     delivery                     | refused consent-needed
        move      bank     -> exporter order citing     | ok ; to the order of exporter
        move      exporter -> importer citing           | refused no-such-pledge
        surrender exporter delivery citing              | refused no-such-pledge
        move      exporter -> importer order            | ok ; to the order of importer
        ",
    );
}

#[test]
fn a_pledge_is_enforced_by_a_move_that_cites_it() {
    check(
        "
        issue     carrier  -> exporter order exporter | ok
        terms     exporter                            | ok
        move      exporter -> bank blank              | ok ; blank: whoever is in possession, pledged to bank
        move      bank     -> trader citing other-terms  | refused other-terms
        move      bank     -> trader citing terms order | refused pledged
        move      bank     -> trader citing terms     | ok ; blank: whoever is in possession, pledged to bank
        move      trader   -> importer                | refused pledged
        move      trader   -> importer citing         | refused consent-needed
        surrender trader   delivery citing            | refused consent-needed
        surrender trader   delivery + bank + exporter | ok
        return    carrier                             | ok
        move      trader   -> importer order citing + bank | ok ; to the order of importer
        surrender importer delivery                   | ok
        ",
    );
}

#[test]
fn a_reader_may_take_a_pledge_without_endorsement() {
    let mut desk = Desk::new();
    desk.policy = Policy { bare_pledge: true, ..Policy::default() };
    run(
        &mut desk,
        "
        issue     carrier  -> exporter order exporter | ok
        move      exporter -> bank terms              | ok ; to the order of exporter, pledged to bank
        surrender bank     delivery citing            | refused consent-needed
        move      bank     -> importer order citing   | refused consent-needed
        move      bank     -> importer order citing + exporter | ok ; to the order of importer
        ",
    );
}

#[test]
fn paper_is_printed_when_asked_for_and_comes_back_as_a_full_set() {
    let on_paper = "
        issue     carrier  -> exporter order exporter | ok
        surrender exporter amendment                  | ok
        close     carrier  paper 1/3 2/3 3/3          | refused paper-not-asked
        return    carrier                             | ok
        surrender exporter amendment paper            | ok
        close     carrier  paper                      | refused paper-missing
        close     carrier  paper 1/3 2/3 3/3          | ok
    ";
    for (back, outcome) in [
        ("1/3 2/3 3/3", "ok ; blank: whoever is in possession"),
        ("1/3 2/3", "refused set-incomplete"),
        ("1/3 2/3 4/3", "refused set-incomplete"),
        ("", "refused paper-missing"),
    ] {
        check(&format!("{on_paper}\n back carrier -> trader {back} | {outcome}"));
    }
    check("back carrier -> exporter 1/1 | ok");
    check(
        "
        issue     carrier  -> exporter blank | ok
        surrender exporter delivery          | ok
        close     carrier  delivered 1/1     | refused member-of-another-act
        ",
    );
}

/// A scan of each original, of the right number of originals.
#[test]
fn a_collected_set_has_a_scan_of_each_original() {
    let with = |serials: &[&str], count: usize| {
        issued(|details| {
            details.from_paper = Some(bill::details::FromPaper {
                serials: serials.iter().map(|serial| (*serial).to_owned()).collect(),
                scans: crate::desk::scans(count),
                attestation: "none is live".to_owned(),
                statement: "replaces paper".to_owned(),
            });
        })
        .err()
    };
    assert_eq!(with(&["1/3", "2/3", "3/3"], 3), None);
    assert_eq!(with(&["1/3", "2/3", "3/3"], 2), Some("scans-missing"));
    assert_eq!(with(&["1/2", "2/2"], 3), Some("scans-missing"));
    assert_eq!(with(&["1/1"], 0), Some("empty-list"));
}

#[test]
fn a_title_is_told_in_one_sentence() {
    let told = |table: &str| check(table).bill.unwrap().title().sentence();
    let issued = "issue carrier -> exporter order exporter | ok\n";
    assert_eq!(told(issued), "to the order of exporter");
    assert_eq!(
        told(&format!("{issued} endorse exporter named bank | ok")),
        "to the order of exporter; noted, until the next transfer: named endorsee bank"
    );
    assert_eq!(
        told(&format!("{issued} endorse exporter blank | ok")),
        "to the order of exporter; noted, until the next transfer: in blank"
    );
    assert_eq!(
        told(&format!("{issued} move exporter -> bank order terms | ok")),
        "to the order of bank; pledged to bank by exporter"
    );
}

/// Wrong weight found at sea, the bill pledged: the pledgee's agent has it, and surrenders for amendment only with the
/// pledgee's consent; the successor is the one that was agreed.
#[test]
fn a_pledged_bill_is_amended_with_the_pledgees_consent_and_replaced_as_agreed() {
    let mut desk = check(
        "
        issue     carrier  -> exporter order exporter  | ok
        move      exporter -> bank blank terms         | ok
        move      bank     -> trader terms citing      | ok ; blank: whoever is in possession, pledged to bank
        surrender trader   amendment citing            | refused consent-needed
        surrender trader   amendment citing + exporter | refused consent-needed
        surrender trader   amendment citing + bank     | ok
        return    carrier                              | ok
        ",
    );
    let successor = Digest::of(b"successor");
    desk.surrender_for(&[successor], &["bank"]).unwrap();
    let close = |into: &[Digest]| {
        let action = bill::act::Action::Close { end: End::Replaced, into: into.to_vec() };
        let details = bill::details::BillDetails {
            dcsa: vec![said(ActionCode::SurrenderAccepted, "carrier", None, desk.now)],
            ..desk.details()
        };
        let deed = bill::title::Deed {
            act: Digest::of(b"close"),
            action: &action,
            by: &party("carrier"),
            to: None,
            details: &details,
            consents: &[],
        };
        let title = desk.bill.as_ref().unwrap().title();
        let judged = bill::title::check(title, &deed, Policy::default()).map_err(|refusal| refusal.code());
        let alone = bill::title::check_alone(title, &deed, Policy::default());
        assert!(alone.is_ok(), "possession and title do not mind the successor");
        judged.map(|_| ())
    };
    assert_eq!(close(&[successor]), Ok(()));
    assert_eq!(close(&[Digest::of(b"another")]), Err("successors-not-agreed"));
    assert_eq!(close(&[]), Err("successors-not-agreed"));
}

#[test]
fn the_bank_refuses_the_documents_by_rejecting_the_transfer() {
    check(
        "
        issue     carrier  -> exporter order exporter | ok
        move      exporter -> bank order              | ok ; to the order of bank
        reject    bank                                | ok ; to the order of exporter
        endorse   bank     order importer             | refused not-in-control
        move      exporter -> bank order              | ok ; to the order of bank
        move      bank     -> importer order          | ok ; to the order of importer
        reject    importer                            | ok ; to the order of bank
        surrender bank     delivery                   | ok
        ",
    );
}

/// A verifier that is not shown every consent: where an act cites some, whoever has to consent does; where it cites none,
/// nobody but the signer does.
#[test]
fn a_reader_who_sees_no_consent_takes_those_that_are_cited_and_no_others() {
    let mut desk = check(
        "
        issue     carrier  -> exporter order exporter | ok
        move      exporter -> trader                  | ok
        ",
    );
    let judged = |desk: &Desk, cited: Vec<Digest>, policy: Policy| {
        let action = bill::act::Action::Surrender {
            to: crate::world::cast("carrier"),
            purpose: bill::words::Purpose::Delivery,
            answer_by: None,
        };
        let details = bill::details::BillDetails {
            dcsa: vec![said(ActionCode::SurrenderForDelivery, "trader", None, desk.now)],
            consents: cited,
            ..desk.details()
        };
        let deed = bill::title::Deed {
            act: Digest::of(b"surrender"),
            action: &action,
            by: &party("trader"),
            to: Some(&party("carrier")),
            details: &details,
            consents: &[],
        };
        let title = desk.bill.as_ref().unwrap().title();
        bill::title::check(title, &deed, policy).map_or_else(|refusal| refusal.code(), |_| "ok")
    };
    let unseen = Policy { cited_consents_given: true, ..Policy::default() };
    let cited = vec![Digest::of(b"a consent")];
    assert_eq!(judged(&desk, cited.clone(), unseen), "ok");
    assert_eq!(judged(&desk, Vec::new(), unseen), "consent-needed");
    assert_eq!(judged(&desk, cited, Policy::default()), "consent-not-shown");
    run(&mut desk, "surrender trader delivery | refused consent-needed");
}

/// A surrender names the pledge under which the bill stands, or none.
#[test]
fn a_surrender_that_cites_another_pledge_is_refused() {
    check(
        "
        issue     carrier  -> exporter order exporter | ok
        move      exporter -> bank blank terms        | ok
        surrender bank     delivery miscited          | refused no-such-pledge
        surrender bank     delivery citing            | ok
        ",
    );
}

/// Title remembers one transfer, not the one before it: by its own rules too, whatever those of possession say.
#[test]
fn a_reject_restores_one_transfer_and_no_second() {
    let desk = check(
        "
        issue     carrier  -> exporter order exporter | ok
        move      exporter -> bank order              | ok
        move      bank     -> importer order          | ok ; to the order of importer
        reject    importer                            | ok ; to the order of bank
        ",
    );
    let reject = |title: &bill::title::Title| {
        let details = bill::details::BillDetails {
            dcsa: vec![said(ActionCode::Transfer, "bank", Some("exporter"), desk.now)],
            ..desk.details()
        };
        let deed = bill::title::Deed {
            act: Digest::of(b"reject"),
            action: &bill::act::Action::Reject,
            by: &party("bank"),
            to: Some(&party("exporter")),
            details: &details,
            consents: &[],
        };
        bill::title::check(title, &deed, Policy::default()).map_or_else(|why| why.code(), |_| "ok")
    };
    assert_eq!(reject(desk.bill.as_ref().unwrap().title()), "nothing-to-reject");
    let moved = check(
        "
        issue     carrier  -> exporter order exporter | ok
        move      exporter -> bank order              | ok
        ",
    );
    assert_eq!(reject(moved.bill.as_ref().unwrap().title()), "ok");
    let noted = check(
        "
        issue     carrier  -> exporter order exporter | ok
        move      exporter -> bank order              | ok
        sign      bank                                | ok
        ",
    );
    assert_eq!(reject(noted.bill.as_ref().unwrap().title()), "nothing-to-reject");
}

/// Only a bill that comes from paper speaks of collected originals: its predecessor was printed, or it has none.
#[test]
fn what_replaces_a_record_that_was_never_printed_collects_no_paper() {
    let desk = check("issue carrier -> exporter order exporter | ok");
    let never_printed = desk.bill.as_ref().unwrap();
    let judged = |from: Vec<Digest>, predecessor: Option<&bill::title::Title>| {
        let mut details = desk.issue_details("carrier", "exporter");
        details.from_paper = Some(bill::details::FromPaper {
            serials: vec!["1/1".to_owned()],
            scans: crate::desk::scans(1),
            attestation: "none is live".to_owned(),
            statement: "replaces paper".to_owned(),
        });
        let issue = bill::act::Issue {
            by: crate::world::cast("carrier"),
            to: crate::world::cast("exporter"),
            expires: desk.now,
            tag: Digest::of(b"tag"),
            registry: crate::world::registry(),
            from,
        };
        let written = details.write().unwrap();
        let body = bill::act::Body::Issue(issue);
        let act = bill::act::Draft { at: desk.now, details: written.digest(), body }.write().unwrap();
        let parties = (&party("carrier"), &party("exporter"));
        bill::title::check_issue(&act, &details, &Desk::face(&["blank"]), parties, predecessor)
            .map_or_else(|why| why.code(), |_| "ok")
    };
    let record = never_printed.control().spine().record();
    assert_eq!(judged(vec![record], Some(never_printed.title())), "member-of-another-act");
    assert_eq!(judged(Vec::new(), None), "ok");
}

fn issued(change: impl Fn(&mut bill::details::BillDetails)) -> Result<Desk, &'static str> {
    let mut desk = Desk::new();
    let face = Desk::face(&["order", "exporter"]);
    desk.issue("carrier", "exporter", &face, change).map_err(|refusal| refusal.code())?;
    desk.wait_an_hour();
    Ok(desk)
}

#[test]
fn a_bill_names_its_law_and_its_favour() {
    let desk = issued(|_| ()).ok().unwrap();
    let title = desk.bill.as_ref().unwrap().title().clone();
    assert_eq!((title.law(), title.jurisdiction()), ("England and Wales", "England and Wales"));
    assert_eq!(issued(|details| details.issue = None).err(), Some("law-missing"));
    let blank = |text: &'static str| {
        issued(move |details| details.issue.as_mut().unwrap().law = text.to_owned()).err()
    };
    assert_eq!(blank(""), Some("bad-text"));
    assert_eq!(issued(|details| details.terms = Some(document())).err(), Some("member-of-another-act"));
    check("issue carrier -> exporter straight | refused face-incomplete");
    assert_eq!(issued(|details| details.dcsa[0].actor = party("trader")).err(), Some("wrong-actor"));
    assert_eq!(
        issued(|details| details.dcsa[0].recipient = Some(party("bank"))).err(),
        Some("wrong-recipient")
    );
    assert_eq!(issued(|details| details.dcsa.clear()).err(), Some("action-of-another-act"));
}

#[test]
fn details_say_of_their_act_what_it_does() {
    let outcome = |change: &dyn Fn(&mut bill::details::BillDetails)| {
        let mut desk = issued(|_| ()).ok().unwrap();
        let mut details = desk.details();
        details.dcsa = vec![said(ActionCode::Sign, "exporter", None, desk.now)];
        change(&mut details);
        let act = desk.act(("exporter", None), bill::act::Action::Note, details, &[]);
        act.map_or_else(|refusal| refusal.code(), |_| "ok")
    };
    assert_eq!(outcome(&|_| ()), "ok");
    assert_eq!(outcome(&|details| details.document = Digest::of(b"other")), "other-document");
    assert_eq!(outcome(&|details| details.dcsa[0].at = crate::world::after(1)), "action-time");
    assert_eq!(outcome(&|details| details.dcsa[0].actor = party("trader")), "wrong-actor");
    assert_eq!(outcome(&|details| details.withdraw = true), "note-says-two-things");
    assert_eq!(outcome(&|details| details.successors = vec![document()]), "member-of-another-act");
    let transfer = |desk_now| said(ActionCode::Transfer, "exporter", Some("bank"), desk_now);
    assert_eq!(
        outcome(&|details| {
            let at = details.dcsa[0].at;
            details.dcsa = vec![transfer(at)];
        }),
        "action-of-another-act"
    );
}

#[test]
fn parties_are_the_same_when_they_share_a_code() {
    let with = |name: &str, codes: &[(&str, Option<&str>, &str)]| {
        let codes = codes.iter().map(|(provider, list, code)| {
            let mut members = vec![("codeListProvider", *provider), ("partyCode", *code)];
            members.extend(list.map(|list| ("codeListName", list)));
            Value::object(members)
        });
        Party::of(&Value::object([("partyName", name.into()), ("identifyingCodes", Value::array(codes))]))
            .unwrap()
    };
    let lei = ("GLEIF", Some("LEI"), "X");
    assert!(with("A", &[lei]).is(&with("A Ltd", &[("DNB", None, "1"), lei])));
    assert!(!with("A", &[lei]).is(&with("A", &[("GLEIF", None, "X")])));
    assert!(!with("A", &[lei]).is(&with("A", &[("GLEIF", Some("LEI"), "Y")])));
    assert!(!with("A", &[lei]).is(&with("A", &[("DNB", Some("LEI"), "X")])));
    assert!(with("A", &[]).is(&with("A", &[])));
    assert!(!with("A", &[]).is(&with("B", &[])));
    assert!(!with("A", &[]).is(&with("A", &[lei])));
    assert_eq!(Party::of(&Value::Null).unwrap_err().code(), "party-unidentified");
}

#[test]
fn details_of_the_vectors_read_and_write_back() {
    let Some(vectors) = testkit::vectors() else { return };
    let sets = vectors["keysets"].as_object().unwrap().values();
    let chain = vectors["chain"].as_array().unwrap().iter();
    for value in sets.chain(chain).chain([&vectors["rekey"], &vectors["decline"]["offer"]]) {
        let text = value["details"]["canonical"].as_str().unwrap();
        let details = Details::parse(text.as_bytes()).unwrap();
        assert_eq!(details.digest().to_string(), value["details"]["digest"].as_str().unwrap());
        let again = match details.body() {
            bill::details::DetailsBody::Bill(said) => said.write().unwrap(),
            bill::details::DetailsBody::Set(said) => said.write().unwrap(),
        };
        assert_eq!(again, details);
    }
}

#[test]
fn the_page_of_acts_is_the_table() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/acts.md");
    let committed = std::fs::read_to_string(page).unwrap();
    assert!(committed == bill::table::markdown(), "docs/acts.md is stale: cargo xtask codegen");
}
