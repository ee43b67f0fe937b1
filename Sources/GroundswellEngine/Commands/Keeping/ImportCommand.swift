import ArgumentParser
import Columnar
import EventFiles
import Parquet
import Pipeline
import Rendering
import Wording

struct ImportCommand: SessionCommand {
  enum Mode: String, ExpressibleByArgument, CaseIterable { case append, overwrite, merge }

  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Read a file into a table: .csv, .jsonl or .parquet.",
    discussion: """
      A missing table is created. Types are inferred from the values: BOOLEAN, BIGINT, DOUBLE, DATE or TIMESTAMP if one \
      holds every digit, otherwise STRING: 08123, +49… and 0x1f stay texts. --types overrides this. A file is imported \
      whole, in one commit, or not at all. Text is UTF-8 unless --encoding or a byte-order mark says otherwise; it may be \
      gzipped. JSON objects stand one a line or in an array. Parquet times without a zone are read as UTC.

        import prices.csv --to prices
        import old.csv --to old --encoding latin1 --types price=DOUBLE
        import export.csv --to posts --rename "Tweet id=id" --rename 2=link
        import more.jsonl --to prices --add-columns
        import corrections.csv --to prices --mode merge --key day
      """.flowing)

  @Argument(help: "The file.", completion: .file())
  var file: String

  @Option(help: "The table.", completion: .names(.table))
  var to: String

  @Option(help: "append adds rows, overwrite replaces all, merge replaces those with the same key.")
  var mode: Mode = .append

  @Option(
    help: ArgumentHelp("For merge: the columns that identify a row.", valueName: "columns"), completion: .names(.column)
  )
  var key: String?

  @Flag(help: "Add columns that the table lacks; older rows are null there.")
  var addColumns = false

  @Option(help: ArgumentHelp("Partition a new table by these columns.", valueName: "columns"))
  var partitionBy: String?

  @Option(help: "Compression of a new table's files (default: snappy).")
  var compression: ParquetCodec?

  @Option(help: ArgumentHelp("Types of columns: zip=STRING,amount=DOUBLE.", valueName: "types"))
  var types: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Rename a column, given by its name or number.", valueName: "old=new"))
  var rename: [String] = []

  @OptionGroup
  var text: TextFileOptions

  func validate() throws {
    if (mode == .merge) != (key != nil) { throw ValidationError("--mode merge and --key go together") }
    for pair in types?.listedNames ?? [] {
      guard let (name, type) = Self.pair(pair), !name.isEmpty, Self.knownTypes[type.uppercased()] != nil else {
        throw ValidationError(
          "--types takes pairs like zip=STRING, not '\(pair)'; types are \(Self.knownTypes.keys.sorted().joined(separator: ", "))"
        )
      }
    }
    for pair in rename {
      guard let (old, new) = Self.pair(pair), !new.isEmpty, !old.isEmpty else {
        throw ValidationError("--rename takes old=new, not '\(pair)'")
      }
    }
  }

  private static let knownTypes: [String: DataType] = [
    "BOOLEAN": .boolean, "INT": .integer, "BIGINT": .long, "DOUBLE": .double, "STRING": .string, "DATE": .date,
    "TIMESTAMP": .timestamp,
  ]

  /// The texts before and after the last `=`; nil if there is none.
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
    let version = try await session.backend.catalog.write(
      rows, to: to,
      TableWrite(
        mode.tableWrite(key?.listedNames ?? []), addsColumns: addColumns,
        layout: TableLayout(partitionBy: partitionBy, compression: compression)))
    let lines = notes + ["\(file) → \(to): \(counted(rows.rowCount, "row")), version \(version)"]
    return [.text(lines.joined(separator: "\n"))]
  }
}

extension ImportCommand.Mode {
  fileprivate func tableWrite(_ key: [String]) -> TableWrite.Mode {
    switch self {
    case .append: .append
    case .overwrite: .overwrite
    case .merge: .merge(by: key)
    }
  }
}
