/// One thing that can happen next.
package enum Step: String, CaseIterable, Sendable {
    // The way of data.
    case deliver, tickPeer, turn, appendOn, archiveOn, readTexts, wait
    case submit, submitAgain, submitClash, meddle, repeatCommand
    case synchronizeHead, synchronizeArchive

    // What people change.
    case changeCatalogue, leap, jumpWall

    // Connections and peers.
    case cut, partition, slowLink, healLink, repeatFrame, mangleFrame
    case stallPeer, resumePeer, crashPeer, startPeer, drainWorker

    // The broker and its disk.
    case killBroker, powerFails, startBroker, loseArchive
    case failDisk, fillDisk, freeDisk, flipBit, flipSpool
    case makeSnapshot, backUp, restore

    // A look at what the views say.
    case lookAtViews

    // What people wrote is erased, in the runs in which somebody asks for that.
    case askErasure, confirmErasure, findTexts
}

extension Step {
    /// How often it happens in runs in which people ask for erasures. These numbers are not drawn,
    /// so that a seed without erasures tells what it told before there were any.
    static let erasureWeights: [Step: Int] = [.askErasure: 8, .confirmErasure: 16, .findTexts: 60]

    /// How often it usually happens, and whether it is a fault, which some runs do not know.
    var usualWeight: (weight: Int, isFault: Bool) {
        switch self {
        case .deliver: (90, false)
        case .tickPeer: (30, false)
        case .turn: (60, false)
        case .appendOn: (60, false)
        case .archiveOn, .readTexts: (15, false)
        case .wait: (40, false)
        case .submit: (8, false)
        case .startBroker, .startPeer, .resumePeer: (15, false)
        case .healLink: (6, false)
        case .freeDisk: (8, false)
        case .synchronizeHead, .synchronizeArchive: (2, false)
        case .submitAgain: (4, true)
        case .meddle: (8, true)
        case .submitClash, .repeatCommand: (2, true)
        case .changeCatalogue: (2, true)
        case .leap: (3, true)
        case .jumpWall: (1, true)
        case .cut: (4, true)
        case .partition, .slowLink: (1, true)
        case .repeatFrame: (3, true)
        case .mangleFrame: (2, true)
        case .stallPeer, .crashPeer: (2, true)
        case .drainWorker: (1, true)
        case .killBroker, .powerFails: (1, true)
        case .loseArchive: (1, true)
        case .failDisk, .fillDisk: (1, true)
        case .flipBit, .flipSpool: (4, true)
        case .makeSnapshot, .backUp: (2, true)
        case .restore: (2, true)
        case .lookAtViews: (1, true)
        case .askErasure, .confirmErasure, .findTexts: (0, false)
        }
    }
}
