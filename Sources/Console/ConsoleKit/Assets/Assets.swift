import Crypto
import Foundation

/// The files that pages need, carried in the program: nothing comes from another host, and nothing
/// has to be installed beside it.
package enum Assets {
    /// A file's bytes.
    package static func bytes(_ asset: Route.Asset) -> [UInt8] {
        switch asset {
        case .style: PackageResources.console_css
        case .script: PackageResources.console_js
        case .icon: PackageResources.icon_svg
        }
    }

    /// Where a file is. The address names its content, so that a browser may keep it for ever and
    /// still has the new one after an upgrade.
    package static func address(_ asset: Route.Asset) -> String {
        "/static/\(asset.rawValue)?v=\(versions[asset] ?? "")"
    }

    private static let versions = Dictionary(
        uniqueKeysWithValues: Route.Asset.allCases.map { asset in
            let digest = SHA256.hash(data: Data(bytes(asset))).prefix(6)
            return (asset, digest.map { String($0, radix: 16) }.joined())
        })
}
