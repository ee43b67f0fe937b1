import ArgumentParser
import GroundswellEngine

/// The program: `groundswell`, `groundswell -c CELL`, `groundswell COMMAND …`.
@main
struct Program: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "groundswell",
    abstract: "A notebook shell for streaming anomaly detection.",
    discussion: """
      Without arguments it is a shell; when standard input is no terminal, cells are read from it.
      Any command of the shell is a command here as well: groundswell help
      Exit status: 0 all cells succeeded, 1 a cell failed, 64 wrong usage.
      """,
    version: "0.1.0")

  @Option(name: .customShort("c"), help: ArgumentHelp("Run a cell and print its outputs.", valueName: "cell"))
  var cells: [String] = []

  @Option(help: ArgumentHelp("The folder of hubs, tables and checkpoints.", valueName: "dir"))
  var workspace = ".groundswell"

  @Argument(parsing: .captureForPassthrough, help: "A command of the shell, with its arguments.")
  var command: [String] = []

  func run() async throws {
    var command = command
    // `groundswell run notebook --workspace dir` is as natural as the other order.
    let workspace = Self.takeWorkspace(from: &command) ?? workspace
    let session = try Session(workspace: workspace)
    if !cells.isEmpty {
      for cell in cells { try finish(await session.runAndKeep(Cell(cell))) }
    } else if !command.isEmpty {
      do {
        try finish(await session.run(words: command))
      } catch let error as UsageError {
        printError(error.description)
        throw ExitCode.validationFailure
      }
    } else if let prompt = Prompt(session: session) {
      await prompt.run()
    } else {
      try await runStandardInput(in: session)
    }
  }

  /// Takes `--workspace DIR` out of a command's words.
  private static func takeWorkspace(from words: inout [String]) -> String? {
    guard let index = words.firstIndex(of: "--workspace"), index + 1 < words.count else { return nil }
    defer { words.removeSubrange(index...index + 1) }
    return words[index + 1]
  }

  private func runStandardInput(in session: Session) async throws {
    var pending = ""
    while let line = readLine(strippingNewline: false) {
      pending += line
      guard Cell(pending).isComplete else { continue }
      try finish(await session.runAndKeep(Cell(pending)))
      pending = ""
    }
    if !pending.isEmpty { try finish(await session.runAndKeep(Cell(pending))) }
  }

  /// Prints what a cell gave; a failed one ends the program.
  private func finish(_ result: CellResult) throws {
    show(result)
    if result.failure != nil { throw ExitCode.failure }
  }
}
