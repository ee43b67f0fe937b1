import ArgumentParser
import CivilTime
import Columnar
import Pipeline
import Wording
import Rendering

struct HistoryCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List the cells that were typed, or a table's versions, newest first.",
    discussion: """
      A table's name lists its versions; any other text lists the cells that contain it, of this and earlier sessions.
      Cells that begin with a blank, or hold a key or a password, are not kept.

        history
        history send
        history tweets

      SQL reads an older version:

        SELECT count(*) FROM tweets VERSION AS OF 0;

      Versions older than 30 days, or than the table's delta.logRetentionDuration, are removed from its log.
      """.flowing)

  @Argument(help: "A table, or a part of a cell.", completion: .names(.table))
  var name: String?

  @Option(help: "Maximum number of versions or cells.")
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
    // Without history itself.
    let typed = (await session.console?.history() ?? []).filter {
      !$0.hasPrefix(Self.configuration.commandName ?? "")
    }
    let found = typed.filter { cell in name.map { cell.lowercased().contains($0.lowercased()) } ?? true }
    if found.isEmpty, let name {
      throw NothingFound(pattern: name, tables: try await session.backend.catalog.tables().map(\.name))
    }
    guard !found.isEmpty else { return [.aside("no cells yet")] }
    // Further lines of a cell are indented below its first.
    return [
      .aside(
        found.suffix(limit).map { $0.split(separator: "\n").joined(separator: "\n    ") }.joined(separator: "\n"))
    ]
  }

  private func versions(of name: String, in session: Session) async throws -> [Output] {
    let versions = try await session.backend.catalog.history(of: name)
    let schema = Schema([
      Field("version", .long), Field("time", .timestamp), Field("operation", .string), Field("mode", .string),
      Field("batch", .long), Field("rows", .long), Field("files", .long),
    ])
    let rows = versions.reversed().prefix(limit).map { version -> [Value] in
      func number(_ names: String...) -> Value {
        names.lazy.compactMap { version.metrics[$0] }.first.flatMap { Int64($0) }.map(Value.integer) ?? .null
      }
      return [
        .integer(version.version), .timestamp(version.time), version.operation.map(Value.string) ?? .null,
        version.parameters["mode"].map { .string(Self.unquoted($0)) } ?? .null,
        version.batch.map(Value.integer) ?? .null, number("numOutputRows", "num_added_rows"),
        number("numFiles", "numAddedFiles", "numTargetFilesAdded", "num_added_files"),
      ]
    }
    let list = Output.status(try Table(schema: schema, rows: Array(rows)), momentary: ["time"])
    guard let first = versions.first?.version, first > 0 else { return [list] }
    return [list, .text("versions before \(first) were removed from the log and can no longer be read")]
  }

  /// A parameter's value without the quotes that other writers put around texts.
  private static func unquoted(_ text: String) -> String {
    text.count > 1 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : text
  }
}
