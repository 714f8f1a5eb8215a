package import Access
package import GridModel

/// What a broker is told at its start.
package struct BrokerConfiguration: Sendable {
    /// The broker's version, which exports say too.
    package static let version = "0.1.0"

    /// The directory of its files, made if it is missing.
    package var dataDirectory: String
    /// The file of the secret that signs tags; must lie outside the data directory.
    package var secretFile: String
    /// Where it listens.
    package var listening: [ListeningEndpoint]
    /// The keys that may connect; needed for every endpoint with keys.
    package var authorizedKeys: AuthorizedKeysFile?
    /// What a peer on an endpoint without keys may be.
    package var localRole = AccessRole.operator
    /// The catalogue to be in force.
    package var catalogue: StreetCatalogue
    /// The file that is read again when a new catalogue is to be taken; `nil` if there is none.
    package var catalogueFile: CatalogueFile?
    package var limits = ProtocolLimits()
    package var times = SessionTimes()
    /// A snapshot is made when a start would have to apply so many facts.
    package var snapshotFacts = Int(BrokerCommands.defaultSnapshotAfter)
    /// But by a broker that is never quiet not more often than this.
    package var snapshotMilliseconds: Int64 = 600_000

    /// A configuration with the limits and times of design.
    ///
    /// The secret lies beside the data directory, as `DIRECTORY.key`, unless it is set.
    package init(
        dataDirectory: String, listening: [ListeningEndpoint], catalogue: StreetCatalogue
    ) {
        self.dataDirectory = dataDirectory
        self.listening = listening
        self.catalogue = catalogue
        var path = dataDirectory
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        secretFile = path + ".key"
    }
}
