import ArgumentParser
import Columnar
import DeltaLake
import DurableFiles
import Parquet
import Wording
import EventFiles
import Rendering

struct ExportCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a table or view to a file: .csv, .jsonl or .parquet.",
    discussion: """
      Rows go from the table to the file piece by piece, however many there are.

        export tweets tweets.parquet
        export tweets before.csv --version 0
      """.flowing)

  @Argument(help: "The table or view.")
  var name: String

  @Argument(help: "The file; what has that name is replaced.", completion: .file())
  var file: String

  @Option(help: "The table as it was at this version.")
  var version: Int64?

  func run(in session: Session) async throws -> [Output] {
    let format = try TableFileFormat(of: file)
    let output = try session.workspace.output(file)
    let count = try await session.export(name, version: version, to: output, format)
    return [.text("wrote \(counted(count, "row")) to \(file)")]
  }
}

extension Session {
  /// - Returns: how many rows were written.
  func export(_ name: String, version: Int64?, to file: OutputFile, _ format: TableFileFormat) throws -> Int {
    var pieces: [() throws -> Table] = []
    let schema: Schema
    if try version != nil || attached[name] != nil || hasTable(name) {
      let snapshot = try table(name).snapshot(version: version)
      schema = snapshot.schema
      let places = Array(schema.fields.indices)
      for data in snapshot.files {
        for group in try snapshot.rowGroups(of: data) {
          pieces.append {
            Table(schema: schema, columns: try snapshot.read(places, of: group), rowCount: group.rowCount)
          }
        }
      }
    } else {
      let rows = try rows(ofTable: name)
      schema = rows.schema
      pieces.append { rows }
    }
    var count = 0
    // Aside first, so that a failure leaves what was there.
    try DurableFiles.replace(file.path) { write in
      var writer = try ParquetWriter(schema: schema)
      if format == .csv { try write(Array(TableFormat.csv.render(Table(schema: schema, rows: [])).utf8) + [0x0A]) }
      for piece in pieces {
        try Task.checkCancellation()
        let rows = try piece()
        count += rows.rowCount
        listeners.progress(Progress("rows written", done: Int64(count)))
        switch format {
        case .parquet: for bytes in try writer.add(rows) { try write(bytes) }
        case .csv, .jsonl:
          for start in stride(from: 0, to: rows.rowCount, by: 10_000) {
            try Task.checkCancellation()
            let part = rows.rows(start..<min(start + 10_000, rows.rowCount))
            let text = format == .csv ? TableFormat.csv.renderRows(part) : TableFormat.jsonl.render(part)
            try write(Array(text.utf8) + [0x0A])
          }
        }
      }
      if format == .parquet { try write(writer.finish()) }
    }
    return count
  }
}

struct ImportCommand: SessionCommand {
  enum Mode: String, ExpressibleByArgument, CaseIterable { case append, overwrite, merge }

  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Read a file into a table: .csv, .jsonl or .parquet.",
    discussion: """
      The table is made where it is not there. Types are found from the values: BOOLEAN, BIGINT, DOUBLE, DATE, \
      TIMESTAMP where one holds them with every digit, else STRING: 08123, +49… and 0x1f stay texts. --types says \
      otherwise. A file goes in whole, in one commit, or not at all. Text is UTF-8, or what --encoding or its byte-order \
      mark says; it may be packed by gzip. JSON objects stand one a line or in an array. Times of a Parquet file without \
      a zone are taken as UTC.

        import prices.csv --to prices
        import old.csv --to old --encoding latin1 --types price=DOUBLE
        import export.csv --to posts --rename "Tweet id=id" --rename 2=link
        import more.jsonl --to prices --add-columns
        import corrections.csv --to prices --mode merge --key day
      """.flowing)

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Option(help: "The table.")
  var to: String

  @Option(help: "append adds rows, overwrite replaces all, merge replaces those with the same key.")
  var mode: Mode = .append

  @Option(help: ArgumentHelp("For merge: the columns that tell rows apart.", valueName: "columns"))
  var key: String?

  @Flag(help: "Add columns that the table does not have yet; older rows are null there.")
  var addColumns = false

  @Option(help: ArgumentHelp("Keep the files of a new table apart by these columns.", valueName: "columns"))
  var partitionBy: String?

  @Option(help: "How the files of a new table are compressed; else snappy.")
  var compression: WriteCommand.Compression?

  @Option(help: ArgumentHelp("Types of columns: zip=STRING,amount=DOUBLE.", valueName: "types"))
  var types: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Another name for a column, named as it was or by its number.", valueName: "old=new"))
  var rename: [String] = []

  @OptionGroup
  var text: TextFileOptions

  func validate() throws {
    if (mode == .merge) != (key != nil) { throw ValidationError("--mode merge and --key go together") }
    for pair in types?.listedNames ?? [] {
      guard let (name, type) = Self.pair(pair), !name.isEmpty, Self.knownTypes[type.uppercased()] != nil else {
        throw ValidationError(
          "--types '\(pair)' names no column and type: write zip=STRING; types are \(Self.knownTypes.keys.sorted().joined(separator: ", "))"
        )
      }
    }
    for pair in rename {
      guard let (old, new) = Self.pair(pair), !new.isEmpty, !old.isEmpty else {
        throw ValidationError("--rename '\(pair)' names no column and new name: write --rename old=new")
      }
    }
  }

  private static let knownTypes: [String: DataType] = [
    "BOOLEAN": .boolean, "INT": .integer, "BIGINT": .long, "DOUBLE": .double, "STRING": .string, "DATE": .date,
    "TIMESTAMP": .timestamp,
  ]

  /// What stands before the last `=` and behind it.
  private static func pair(_ text: String) -> (String, String)? {
    text.lastIndex(of: "=").map { (String(text[..<$0]), String(text[text.index(after: $0)...])) }
  }

  private var reader: TableFileReader {
    let pairs = (types?.listedNames ?? []).compactMap(Self.pair)
    let types = pairs.compactMap { name, type in Self.knownTypes[type.uppercased()].map { (name, $0) } }
    return TableFileReader(
      text: text.values, types: Dictionary(types) { _, last in last }, renames: rename.compactMap(Self.pair))
  }

  func run(in session: Session) async throws -> [Output] {
    let (rows, notes) = try reader.read(file)
    let version = try await session.add(
      rows, to: to, mode, key: key?.listedNames ?? [], addsColumns: addColumns,
      DeltaTable.Options(partitionBy: partitionBy, compression: compression))
    let lines = notes + ["\(file) → \(to): \(counted(rows.rowCount, "row")), version \(version)"]
    return [.text(lines.joined(separator: "\n"))]
  }
}

extension Session {
  /// - Returns: the table's new version.
  func add(
    _ rows: Table, to name: String, _ mode: ImportCommand.Mode, key: [String], addsColumns: Bool,
    _ options: DeltaTable.Options
  ) throws -> Int64 {
    try checkCanBeTable(name)
    let table = try DeltaTable.create(at: workspace.tableForWriting(name), schema: rows.schema, options: options)
    if mode != .overwrite, let checkpoint = DeltaSink.checkpointRewriting(try table.snapshot()) {
      throw RewrittenTable(name: name, checkpoint: checkpoint)
    }
    var writing = DeltaTable.WriteOptions(
      operation: "IMPORT", addsColumns: addsColumns, replacesColumns: mode == .overwrite && addsColumns)
    // The rows are no query's any more: one that wrote them is not to replace these.
    if mode == .overwrite { writing.properties[DeltaSink.queryProperty] = "" }
    switch mode {
    case .append: try table.append(rows, writing)
    case .overwrite: try table.overwrite(with: rows, writing)
    case .merge: try table.merge(rows, by: key, writing)
    }
    return try table.snapshot().version
  }
}

/// A table whose query would drop the rows that are added to it.
private struct RewrittenTable: Explained {
  let name: String
  let checkpoint: String

  var problem: String {
    "the query of the checkpoint \(checkpoint) replaces all rows of \(name) with each batch (mode complete): imported rows would be lost"
  }
  var remedy: String? {
    "import to another table (--to NAME), or replace the rows of this one (--mode overwrite)"
  }
}
