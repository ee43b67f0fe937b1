import ArgumentParser
import CivilTime
import Columnar
import DeltaLake
import StreamProcessing
import Wording
import Rendering

struct HistoryCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List what was typed, or a table's versions, newest first.",
    discussion: """
      A table's name lists its versions; anything else is looked for in what was typed, here and in earlier sessions.
      Cells that begin with a blank are not kept, nor are those that hold a key or a password.

        history
        history send
        history tweets

      An older version is read with SQL:

        SELECT count(*) FROM tweets VERSION AS OF 0;

      Versions older than 30 days, or than the table's delta.logRetentionDuration, are cleaned out of its log.
      """.flowing)

  @Argument(help: "A table, or a part of what was typed.")
  var name: String?

  @Option(help: "How many versions, or cells.")
  var limit: Int = 20

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be 1 or more") }
  }

  struct NothingFound: Explained {
    let pattern: String
    let tables: [String]
    var wordAtFault: String? { pattern }

    var problem: String { "no cell contains '\(pattern)' and no table is named '\(pattern)'" }
    var remedy: String? {
      Suggestion.closest(to: pattern, in: tables).map { "did you mean the table '\($0)'?" }
        ?? "list the cells with: history; the tables with: tables"
    }
  }

  func run(in session: Session) async throws -> [Output] {
    if let name, try await session.hasTable(name) { return try await versions(of: name, in: session) }
    // Without those that looked as well.
    let typed = (await session.listeners.history?() ?? []).filter {
      !$0.hasPrefix(Self.configuration.commandName ?? "")
    }
    let found = typed.filter { cell in name.map { cell.lowercased().contains($0.lowercased()) } ?? true }
    if found.isEmpty, let name { throw NothingFound(pattern: name, tables: try session.workspace.tableNames()) }
    guard !found.isEmpty else { return [.aside("nothing was typed yet")] }
    // As they would be typed, with further lines below the first.
    return [
      .aside(
        found.suffix(limit).map { $0.split(separator: "\n").joined(separator: "\n    ") }.joined(separator: "\n"))
    ]
  }

  private func versions(of name: String, in session: Session) async throws -> [Output] {
    let versions = try await session.table(name).history()
    let schema = Schema([
      Field("version", .long), Field("time", .timestamp), Field("operation", .string), Field("mode", .string),
      Field("batch", .long), Field("rows", .long), Field("files", .long),
    ])
    let rows = versions.reversed().prefix(limit).map { version -> [Value] in
      func number(_ names: String...) -> Value {
        names.lazy.compactMap { version.metrics[$0] }.first.flatMap { Int64($0) }.map(Value.integer) ?? .null
      }
      return [
        .integer(version.number), .timestamp(version.time), version.operation.map(Value.string) ?? .null,
        version.parameters["mode"].map { .string(Self.unquoted($0)) } ?? .null,
        version.transaction.map { .integer($0.version) } ?? .null, number("numOutputRows", "num_added_rows"),
        number("numFiles", "numAddedFiles", "numTargetFilesAdded", "num_added_files"),
      ]
    }
    let list = Output.status(try Table(schema: schema, rows: Array(rows)), momentary: ["time"])
    guard let first = versions.first?.number, first > 0 else { return [list] }
    return [list, .text("versions before \(first) were cleaned out of the log and can no longer be read")]
  }

  /// Other writers put quotes around what is text.
  private static func unquoted(_ text: String) -> String {
    text.count > 1 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : text
  }
}

struct OptimizeCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize", abstract: "Join a table's small files into large ones.",
    discussion:
      "The rows stay the same, and so do older versions, until vacuum removes their files.\n\n  optimize tweets")

  @Argument(help: "The table.")
  var name: String

  @Option(help: "Files of fewer megabytes are joined, to about so many.")
  var megabytes: Int64 = 128

  func validate() throws {
    if !(1...1 << 20).contains(megabytes) { throw ValidationError("--megabytes takes 1 to 1048576") }
  }

  func run(in session: Session) async throws -> [Output] {
    guard let done = try await session.tableForWriting(name).optimize(targetSize: megabytes << 20) else {
      return [.text("\(name) has no small files to join")]
    }
    return [.text("\(name): \(counted(done.removed, "file")) → \(done.added), version \(done.version)")]
  }
}

struct VacuumCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "vacuum", abstract: "Delete files that no recent version of a table needs.",
    discussion: """
      Versions older than the retention can then no longer be read. Seven days are kept, or what the table says
      itself; less has to be confirmed, since programs that are reading or writing may need the files.

        vacuum tweets --dry-run
        vacuum tweets
        vacuum tweets --retain 1h --yes
      """.flowing)

  @Argument(help: "The table.")
  var name: String

  @Option(help: ArgumentHelp("For how long files of older versions are kept.", valueName: "time"))
  var retain: String?

  @Flag(help: "Only list what would be deleted.")
  var dryRun = false

  @Flag(help: "Delete also files that are younger than seven days.")
  var yes = false

  struct TooSoon: Explained {
    let retain: String
    var problem: String { "vacuum --retain \(retain) deletes files that other programs may still read" }
    var remedy: String? { "add --yes if no program uses the table, or list the files first: --dry-run" }
  }

  func run(in session: Session) async throws -> [Output] {
    let week: Int64 = 7 * 86_400_000
    // No time at all is a retention, too.
    let retention = try retain.map { text in
      Int64(text.prefix(while: \.isNumber)) == 0 ? 0 : try EventTimeInterval(parsing: text).microseconds / 1_000
    }
    if let retain, let retention, retention < week, !dryRun, !yes { throw TooSoon(retain: retain) }
    let files = try await session.tableForWriting(name).vacuum(retention: retention, dryRun: dryRun)
    let size = QueriesCommand.size(Int(files.reduce(0) { $0 + $1.size }))
    guard dryRun else { return [.text("\(name): deleted \(counted(files.count, "file")), \(size)")] }
    let list = files.prefix(20).map { "  \($0.path)" } + (files.count > 20 ? ["  … and \(files.count - 20) more"] : [])
    return [
      .text((["\(name): would delete \(counted(files.count, "file")), \(size)"] + list).joined(separator: "\n"))
    ]
  }
}
