//! What DCSA says on the wire: transport documents, code lists, envelope chains and signed answers.
