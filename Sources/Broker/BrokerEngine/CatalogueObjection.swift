package import GridModel

/// Why a catalogue cannot be put in force over the calls that are there.
///
/// What is written down is never made wrong by a later file: a case number keeps its form, and no
/// part is left to a department that nobody works for any more.
package enum CatalogueObjection: Hashable, Sendable {
    /// It is another street's; this journal has calls of its own.
    case otherStreet(journal: String, catalogue: String)
    /// Case numbers were given out with the old prefix.
    case casePrefixChanged(from: String, to: String)
    /// Open calls need a department that it no longer declares.
    case departmentNeeded(id: String, parts: Int, laterCalls: Int)
    /// The journal has no numbers left for all the ids it declares.
    case tooManyIDs
}

extension CatalogueObjection: CustomStringConvertible {
    package var description: String {
        switch self {
        case .otherStreet(let journal, let catalogue):
            "this is the catalogue of the street `\(catalogue)`, but the calls here are of the "
                + "street `\(journal)`; the `id` of a street stays once a call is filed"
        case .casePrefixChanged(let old, let new):
            "the `case_prefix` changes from `\(old)` to `\(new)`; case numbers with `\(old)` were "
                + "given out, so it stays once a call is filed"
        case .departmentNeeded(let id, let parts, let laterCalls):
            "the department `\(id)` is missing, but open calls need it: \(parts) parts are with it "
                + "now, and \(laterCalls) calls come to it in a later stage; declare it until they "
                + "have ended, and only take it out of the plans for now"
        case .tooManyIDs:
            "it declares more ids than the journal has numbers left for; at most "
                + "\(SymbolTable.capacity) of a kind are possible over a journal's whole life"
        }
    }
}

extension Record {
    /// Why `catalogue` cannot be in force from now on; empty if it can.
    package func objections(to catalogue: StreetCatalogue) -> [CatalogueObjection] {
        var objections: [CatalogueObjection] = []
        if let street = self.catalogue?.catalogue.street, nextSerial > 1 {
            if street.id != catalogue.street.id {
                objections.append(
                    .otherStreet(journal: street.id, catalogue: catalogue.street.id))
            }
            if street.casePrefix != catalogue.street.casePrefix {
                objections.append(
                    .casePrefixChanged(from: street.casePrefix, to: catalogue.street.casePrefix))
            }
        }
        objections += neededDepartments(missingIn: catalogue)
        if !symbols.hasRoom(for: catalogue) { objections.append(.tooManyIDs) }
        return objections
    }

    private func neededDepartments(missingIn catalogue: StreetCatalogue) -> [CatalogueObjection] {
        let declared = Set(catalogue.departments.map(\.id))
        let missing = symbols.departments.names.filter { !declared.contains($0) }
        guard !missing.isEmpty else { return [] }
        let open = OpenCalls(self)
        return missing.compactMap { id in
            let (parts, laterCalls) = (open.parts(department: id), open.laterCalls(department: id))
            guard parts + laterCalls > 0 else { return nil }
            return .departmentNeeded(id: id, parts: parts, laterCalls: laterCalls)
        }
    }
}
