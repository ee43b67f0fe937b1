import ArgumentParser
import Rendering

struct SetCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Set a parameter, or a setting of the shell; list the parameters.",
    discussion: """
      Later cells write $name: it stands for the text in a command, and for a literal in SQL. The names that settings lists
      are settings of the shell.

        set hours 72
        set format markdown
        set format table
        set
      """.flowing)

  @Argument(
    help: "Letters, digits and _, not beginning with a digit.",
    completion: .names(.parameter, or: Settings.entries.map(\.name)))
  var name: String?

  @Argument(help: "A number, true, false, or text.")
  var value: String?

  static func completions(of valueName: String, after arguments: [String]) -> [String]? {
    valueName == "value" ? arguments.first.flatMap(Settings.entry)?.values : nil
  }

  /// Keeps a value that begins with - from being read as an option.
  static func prepared(_ arguments: [String]) -> [String] {
    guard arguments.count == 2, arguments[1].hasPrefix("-"), !arguments[0].hasPrefix("-") else { return arguments }
    return [arguments[0], "--", arguments[1]]
  }

  /// The value of a parameter whose name suggests a secret.
  static func secretIndices(in arguments: [String], positionals: [Int]) -> [Int] {
    guard let name = arguments.first, SecretWords.isSecret(name: name) else { return [] }
    return Array(arguments.indices.dropFirst())
  }

  func validate() throws {
    guard let name else { return }
    let isName =
      name.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) } && name.first?.isNumber == false
    guard isName else { throw ValidationError("invalid parameter name '\(name)': use letters, digits and _") }
    guard value != nil else {
      let choices = Settings.entry(name).map { ": choose one of \($0.values.joined(separator: ", "))" } ?? ""
      throw ValidationError("the value of '\(name)' is missing\(choices)")
    }
  }

  func run(in session: Session) async throws -> [Output] {
    if let name, let value {
      guard let setting = Settings.entry(name) else {
        await session.set(name, to: Parameter(reading: value))
        return []
      }
      guard setting.values.contains(value) else {
        throw UnknownChoice(taker: "the setting \(name)", value: value, values: setting.values)
      }
      await session.change { setting.set(&$0, value) }
      return []
    }
    let parameters = await session.parameters
    guard !parameters.isEmpty else { return [.text("no parameters yet: set NAME VALUE")] }
    return [.text(parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.word)" }.joined(separator: "\n"))]
  }
}

struct SettingsCommand: SessionCommand {
  static let isAboutNotebook = true

  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "List the shell's settings and the paths of its files.",
    discussion: """
      set NAME VALUE changes one until the shell ends; in the startup file, whose cells run when the shell starts, it does so
      each time.

        settings
        set timing off
      """.flowing)

  func run(in session: Session) async throws -> [Output] {
    let settings = await session.settings
    let known = Settings.entries.map { entry in
      (entry.name, entry.value(settings), "\(entry.summary): \(entry.values.joined(separator: ", "))")
    }
    var paths = [("workspace", session.workspace)]
    paths += await session.console?.surroundings ?? []
    let names = (known.map(\.0) + paths.map(\.0)).map(\.count).max() ?? 0
    let values = known.map(\.1.count).max() ?? 0
    func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: width - text.count + 2) }
    let lines =
      known.map { padded($0.0, names) + padded($0.1, values) + $0.2 } + [""] + paths.map { padded($0.0, names) + $0.1 }
    return [.aside(lines.joined(separator: "\n"))]
  }
}
