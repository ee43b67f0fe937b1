import ArgumentParser
import DurableFiles
import GroundswellEngine
import LocalPipeline
import Wording
import Rendering

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The program: `groundswell`, `groundswell -c CELL`, `groundswell COMMAND …`.
@main
struct Program: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "groundswell",
    abstract: "A notebook shell for streaming anomaly detection.",
    discussion: """
      Without arguments it is a shell; unless standard input is a terminal, it reads cells from there.
      Any command of the shell is a command here as well: groundswell help
      groundswell score FILE answers detection requests, one a line: groundswell score --help
      Exit status: 0 all cells succeeded, 1 a cell failed, 64 wrong usage, 130 Ctrl-C twice.
      """,
    version: "0.1.0")

  @Option(
    name: .customShort("c"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run a cell and print its outputs.", valueName: "cell"))
  var cells: [String] = []

  @Option(help: ArgumentHelp("The folder of hubs, tables and checkpoints.", valueName: "dir"))
  var workspace = ".groundswell"

  @Option(help: "How tables are printed.")
  var format: TableFormat = .table

  @Flag(name: .customLong("no-color"), help: "Print without colour, as with NO_COLOR in the environment.")
  var noColor = false

  @Flag(name: .customLong("no-startup"), help: "Do not run the startup file; the shell's settings says where it is.")
  var noStartup = false

  @Argument(parsing: .captureForPassthrough, help: "A command of the shell, with its arguments.")
  var command: [String] = []

  static func main() async {
    do {
      var program = try parse()
      try await program.run()
    } catch {
      endProgram(after: error)
    }
    groundswell.endProgram(ExitCode.success.rawValue)
  }

  mutating func run() async throws {
    // A full disk or a limit is an error of the write that meets it, not the end of the program.
    signal(SIGXFSZ, SIG_IGN)
    var common = Common(workspace: workspace, format: format, noColor: noColor)
    self.command = try common.takeOptions(from: command)
    switch command.first {
    // Passing words on keeps the parser from seeing these.
    case "--help", "-h": throw CleanExit.helpRequest(self)
    case "--version": throw CleanExit.message(Self.configuration.version)
    case let word? where word.hasPrefix("-") || !cells.isEmpty: throw misplaced(word)
    default: break
    }
    if command.first == ScoreCommand.configuration.commandName {
      return try await ScoreCommand.run(arguments: Array(command.dropFirst()), noColor: common.noColor)
    }
    let terminal = Terminal(noColor: common.noColor)
    let session = try Session(on: .local(workspace: common.workspace))
    session.events.subscribe { terminal.show($0) }
    await session.change { [format = common.format] in $0.format = format }
    let result: Result<Void, any Error>
    do {
      try await run(in: session, terminal)
      result = .success(())
    } catch {
      result = .failure(error)
    }
    // They go on where they are when they are started again.
    Interruption.shared.wait()
    Interruption.shared.whenPressed { groundswell.endProgram(130) }
    await session.stopQueries()
    try result.get()
  }

  private func run(in session: Session, _ terminal: Terminal) async throws {
    if !cells.isEmpty {
      for cell in cells {
        // As at the prompt, what stands behind it is not run.
        if Cell(cell).isFarewell { return }
        try finish(await stoppable { await session.runAndKeep(Cell(cell)) }, terminal)
      }
    } else if let cell = Self.cell(of: command) {
      if !cell.isFarewell { try finish(await stoppable { await session.run(cell) }, terminal) }
    } else if CommandList.isForPrompt(command), let prompt = Prompt(session: session, terminal: terminal) {
      guard await prompt.run(startup: startup, opening: command) else { throw ExitCode.failure }
    } else if !command.isEmpty {
      do {
        let command = command
        let result = await stoppable { () async -> Result<CellResult, any Error> in
          do { return .success(try await session.run(words: command)) } catch { return .failure(error) }
        }
        try finish(result.get(), terminal)
      } catch let error as UsageError {
        terminal.show(failure: sentences(for: error))
        throw ExitCode.validationFailure
      }
    } else if let prompt = Prompt(session: session, terminal: terminal) {
      await prompt.run(startup: startup)
    } else {
      try await runStandardInput(in: session, terminal)
    }
  }

  private var startup: String? {
    // One that cannot be looked at is run, which tells why it cannot.
    noStartup ? nil : UserFolders.startup.flatMap { (try? DurableFiles.exists($0)) == false ? nil : $0 }
  }

  /// The cell that the words make if they are not a command with its arguments: a statement of SQL, `quit`, or a whole cell in one
  /// word.
  private static func cell(of words: [String]) -> Cell? {
    guard let first = words.first else { return nil }
    let cell = Cell(words.joined(separator: " "))
    let isWholeCell = words.count == 1 && first.contains(where: \.isWhitespace)
    return isWholeCell || cell.isFarewell || cell.isSQL ? cell : nil
  }

  private func misplaced(_ word: String) -> ValidationError {
    guard word.hasPrefix("-") else { return ValidationError("'\(word)': either cells with -c or a command, not both") }
    let closest = Suggestion.closest(
      to: word, in: ["--workspace", "--format", "--no-color", "--no-startup", "--help", "--version"])
    return ValidationError("there is no option '\(word)'" + (closest.map { "; did you mean '\($0)'?" } ?? ""))
  }

  private func runStandardInput(in session: Session, _ terminal: Terminal) async throws {
    var pending = ""
    // Leave unread input to the next reader of stdin.
    defer { fflush(stdin) }
    Interruption.shared.whenPressed { _exit(130) }
    var isFirst = true
    while let line = readLine(strippingNewline: false) {
      // A byte-order mark is not part of a word.
      pending += isFirst && line.hasPrefix("\u{FEFF}") ? String(line.unicodeScalars.dropFirst()) : line
      isFirst = false
      guard Cell(pending).isComplete else { continue }
      if Cell(pending).isFarewell { return }
      let cell = Cell(pending)
      try finish(await stoppable { await session.runAndKeep(cell) }, terminal)
      pending = ""
      Interruption.shared.whenPressed { _exit(130) }
    }
    let cell = Cell(pending)
    if !pending.isEmpty { try finish(await stoppable { await session.runAndKeep(cell) }, terminal) }
  }

  /// Runs work that Ctrl-C cancels, so that it ends in order: what was done is saved, what was temporary removed. Pressed again, it
  /// ends the program.
  private func stoppable<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
    let running = Task { await work() }
    Interruption.shared.whenPressed {
      if running.isCancelled { _exit(130) }
      running.cancel()
    }
    return await running.value
  }

  /// A failed cell ends the program; its outputs have been shown as they came.
  private func finish(_ result: CellResult, _ terminal: Terminal) throws {
    terminal.clearProgress()
    guard let failure = result.failure else { return }
    terminal.show(failure: failure, at: result.place)
    throw ExitCode.failure
  }
}

/// The options that stand before or behind a command.
private struct Common {
  var workspace: String
  var format: TableFormat
  var noColor: Bool

  /// Takes them out of a command's words: `run notebook --workspace dir` is as natural as the other order.
  mutating func takeOptions(from words: [String]) throws(ValidationError) -> [String] {
    var rest: [String] = []
    var remaining = CommandList.separated(words, at: ["--workspace", "--format"])[...]
    while let word = remaining.popFirst() {
      switch word {
      case "--workspace":
        guard let folder = remaining.popFirst() else { throw ValidationError("--workspace names which folder?") }
        workspace = folder
      case "--format":
        let known = TableFormat.allCases.map(\.rawValue).joined(separator: ", ")
        guard let name = remaining.popFirst(), let format = TableFormat(rawValue: name) else {
          throw ValidationError("--format takes one of \(known)")
        }
        self.format = format
      case "--no-color": noColor = true
      default: rest.append(word)
      }
    }
    return rest
  }
}

extension TableFormat: ExpressibleByArgument {}
