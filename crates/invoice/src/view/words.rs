//! What codes mean, in the words of trade. A code is always shown too; one that is not here is shown alone.

/// Which list a code is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// No code.
    None,
    /// UNTDID 5305 and Singapore's tax categories.
    Category,
    /// UNTDID 4461.
    Means,
    /// No code but a number of hundredths, which is shown with its sign.
    Percent,
    /// ISO 6523 and EAS.
    Scheme,
    /// UNTDID 2005, as `cac:InvoicePeriod/cbc:DescriptionCode`.
    TaxPoint,
    /// UNTDID 1001.
    Type,
    /// UNECE Recommendation 20.
    Unit,
}

impl Words {
    /// The meaning of a code of this list, if we have words for it.
    pub(crate) fn meaning(self, code: &str) -> Option<&'static str> {
        let list: &[(&str, &str)] = match self {
            Self::None | Self::Percent => &[],
            Self::Category => &CATEGORIES,
            Self::Means => &MEANS,
            Self::Scheme => &SCHEMES,
            Self::TaxPoint => &TAX_POINTS,
            Self::Type => &TYPES,
            Self::Unit => &UNITS,
        };
        list.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
    }
}

const TYPES: [(&str, &str); 14] = [
    ("80", "debit note for goods or services"),
    ("326", "partial invoice"),
    ("380", "commercial invoice"),
    ("381", "credit note"),
    ("383", "debit note"),
    ("384", "corrected invoice"),
    ("386", "prepayment invoice"),
    ("389", "self-billed invoice"),
    ("261", "self-billed credit note"),
    ("396", "factored credit note"),
    ("393", "factored invoice"),
    ("325", "proforma invoice"),
    ("751", "invoice for accounting only"),
    ("875", "partial construction invoice"),
];

const MEANS: [(&str, &str); 15] = [
    ("1", "not defined"),
    ("10", "cash"),
    ("20", "cheque"),
    ("30", "credit transfer"),
    ("31", "debit transfer"),
    ("42", "payment to a bank account"),
    ("48", "bank card"),
    ("49", "direct debit"),
    ("54", "credit card"),
    ("57", "standing agreement"),
    ("58", "SEPA credit transfer"),
    ("59", "SEPA direct debit"),
    ("97", "clearing between partners"),
    ("Z01", "GIRO"),
    ("Z02", "PayNow Corporate"),
];

const CATEGORIES: [(&str, &str); 24] = [
    ("AE", "reverse charge"),
    ("B", "split payment"),
    ("E", "exempt"),
    ("G", "export, untaxed"),
    ("K", "supply within the European Union, untaxed"),
    ("L", "Canary Islands"),
    ("M", "Ceuta and Melilla"),
    ("O", "outside the scope of the tax"),
    ("S", "standard rate"),
    ("Z", "zero rate"),
    ("DS", "deemed supply"),
    ("ES33", "exempt, regulation 33"),
    ("ESN33", "exempt, not regulation 33"),
    ("NA", "taxable, GST need not be charged"),
    ("NG", "seller not registered for GST"),
    ("OS", "out of scope"),
    ("SR", "standard-rated"),
    ("SRCA-C", "customer accounting, by the customer"),
    ("SRCA-S", "customer accounting, by the supplier"),
    ("SRLVG", "own low-value goods"),
    ("SROVR-LVG", "low-value goods through a marketplace"),
    ("SROVR-RS", "remote services through a marketplace"),
    ("SRRC", "reverse charge"),
    ("ZR", "zero-rated"),
];

const SCHEMES: [(&str, &str); 8] = [
    ("0060", "DUNS"),
    ("0088", "GLN"),
    ("0160", "GTIN"),
    ("0192", "Norwegian company number"),
    ("0195", "Singapore UEN"),
    ("0199", "LEI"),
    ("9930", "German VAT number"),
    ("9932", "British VAT number"),
];

const TAX_POINTS: [(&str, &str); 3] =
    [("3", "date of the invoice"), ("35", "date of delivery"), ("432", "date of payment")];

const UNITS: [(&str, &str); 25] = [
    ("ANN", "years"),
    ("C62", "units"),
    ("DAY", "days"),
    ("EA", "each"),
    ("GRM", "grams"),
    ("H87", "pieces"),
    ("HUR", "hours"),
    ("KGM", "kilograms"),
    ("KWH", "kilowatt hours"),
    ("LS", "lump sum"),
    ("LTR", "litres"),
    ("MIN", "minutes"),
    ("MMT", "millimetres"),
    ("MON", "months"),
    ("MTK", "square metres"),
    ("MTQ", "cubic metres"),
    ("MTR", "metres"),
    ("PR", "pairs"),
    ("SET", "sets"),
    ("TNE", "tonnes"),
    ("WEE", "weeks"),
    ("XBO", "bottles"),
    ("XBX", "boxes"),
    ("XCS", "cases"),
    ("XPX", "pallets"),
];
