import ArgumentParser
import Columnar
import DurableFiles
import EventFiles
import Pipeline
import Wording
import EventFiles
import Rendering

struct ExportCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a table or view to a file: .csv, .jsonl or .parquet.",
    discussion: """
      Rows are written in pieces, so that tables may be larger than memory.

        export tweets tweets.parquet
        export tweets before.csv --version 0
      """.flowing)

  @Argument(help: "The table or view.", completion: .names(.table))
  var name: String

  @Argument(help: "The file; an existing one is replaced.", completion: .file())
  var file: String

  @Option(help: "Export this version of the table.")
  var version: Int64?

  func run(in session: Session) async throws -> [Output] {
    let format = try TableFileFormat(of: file)
    let output = try session.outputFiles.file(file)
    let relation =
      if let version { Relation.table(name, version: .number(version)) } else { try await session.relation(name) }
    // What is read is less telling than what is written.
    let rows = try await session.backend.rows(of: relation)
    // Write aside first, so that a failure leaves the old file.
    let aside = try FileAside(for: output.path)
    var writer = try TableFileWriter(format, schema: rows.schema)
    try aside.write(writer.header)
    for try await piece in rows {
      try Task.checkCancellation()
      for bytes in try writer.add(piece) { try aside.write(bytes) }
      session.events.send(.progress(Progress("rows written", done: Int64(writer.rowCount))))
    }
    for bytes in writer.finish() { try aside.write(bytes) }
    try aside.replace()
    return [.text("wrote \(counted(writer.rowCount, "row")) to \(file)")]
  }
}
