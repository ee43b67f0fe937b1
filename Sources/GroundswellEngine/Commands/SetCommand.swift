import ArgumentParser

struct SetCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Set a parameter, or list them all.",
    discussion: "Later cells write $name: in a command it stands for the text, in SQL for a literal.\n\n  set hours 72")

  @Argument(help: "Letters, digits and _, not beginning with a digit.")
  var name: String?

  @Argument(help: "A number, true, false, or text.")
  var value: String?

  /// A value that begins with - is a value, and no option.
  static func prepared(_ arguments: [String]) -> [String] {
    guard arguments.count == 2, arguments[1].hasPrefix("-"), !arguments[0].hasPrefix("-") else { return arguments }
    return [arguments[0], "--", arguments[1]]
  }

  func validate() throws {
    guard let name else { return }
    let isName =
      name.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) } && name.first?.isNumber == false
    guard isName else { throw ValidationError("'\(name)' is no name for a parameter") }
    guard value != nil else { throw ValidationError("the value of '\(name)' is missing") }
  }

  func run(in session: Session) async throws -> [Output] {
    if let name, let value {
      await session.set(name, to: Parameter(reading: value))
      return []
    }
    let parameters = await session.parameters
    guard !parameters.isEmpty else { return [.text("no parameters yet: set NAME VALUE")] }
    return [.text(parameters.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.word)" }.joined(separator: "\n"))]
  }
}
