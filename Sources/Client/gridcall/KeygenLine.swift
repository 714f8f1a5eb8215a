import ArgumentParser
import ClientKit

/// `gridcall keygen`
struct KeygenLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: told(
            "生成一对密钥：NAME.key 可公开，NAME.key_secret 须保密",
            "Make a pair of keys: NAME.key may be shown, NAME.key_secret may not."),
        discussion: told(
            "打印公钥，交给操作员用 gridcall-broker authorize 授权。",
            "Prints the public key; an operator lets it in with gridcall-broker authorize."))

    @ParentCommand var root: GridCall
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: .told("文件名，不含后缀", "The files' name without ending."))
    var name: String

    func run() throws {
        try connection.run(offline: KeygenCommand(name: name), before: root.connection)
    }
}
