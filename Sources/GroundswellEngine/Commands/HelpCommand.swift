import ArgumentParser

struct HelpCommand: SessionCommand {
  static let configuration = CommandConfiguration(commandName: "help", abstract: "Show the commands, or one of them.")

  @Argument(help: "A command.")
  var command: String?

  func run(in session: Session) async throws -> [Output] {
    guard let command else {
      let width = CommandList.names.map(\.count).max() ?? 0
      let lines = CommandList.all.map { type in
        type._commandName + String(repeating: " ", count: width - type._commandName.count + 2)
          + type.configuration.abstract
      }
      return [
        .text(lines.joined(separator: "\n") + "\n\nSQL runs to its semicolon: SELECT …;  help COMMAND tells more.")
      ]
    }
    guard let type = CommandList.all.first(where: { $0._commandName == command }) else {
      let closest = Suggestion.closest(to: command, in: CommandList.names)
      throw UsageError(
        description: "there is no command '\(command)'\n" + (closest.map { "did you mean '\($0)'?" } ?? "try: help"))
    }
    return [.text(type.helpMessage(columns: 80))]
  }
}
