import ArgumentParser

struct HelpCommand: SessionCommand {
  static let configuration = CommandConfiguration(commandName: "help", abstract: "Show the commands, or one of them.")

  @Argument(help: "A command.")
  var command: String?

  func run(in session: Session) async throws -> [Output] {
    guard let command else {
      let width = CommandList.names.map(\.count).max() ?? 0
      let groups = CommandList.groups.map { group in
        let lines = group.commands.map { type in
          "  " + type._commandName + String(repeating: " ", count: width - type._commandName.count + 2)
            + type.configuration.abstract
        }
        return ([group.title] + lines).joined(separator: "\n")
      }
      let sql = """
        SQL
          SELECT, WITH, CREATE [OR REPLACE] [TEMP] VIEW, DROP VIEW: up to a semicolon.
          anomalydetect(time, value) says whether the newest point is an anomaly.

        help COMMAND shows examples. $NAME stands for a parameter, # begins a comment,
        \\ at the end of a line goes on in the next one.
        """
      return [.text((groups + [sql]).joined(separator: "\n\n"))]
    }
    guard let type = CommandList.all.first(where: { $0._commandName == command }) else {
      let closest = Suggestion.closest(to: command, in: CommandList.names)
      throw UsageError(
        description: "there is no command '\(command)'\n" + (closest.map { "did you mean '\($0)'?" } ?? "try: help"))
    }
    return [.text(type.helpMessage(columns: 80))]
  }
}
