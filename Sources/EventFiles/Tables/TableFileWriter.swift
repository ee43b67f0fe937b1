package import Columnar
import Parquet
import Rendering

/// Writes a table's rows to a file, piece by piece: gives the bytes, and writes nothing itself.
package struct TableFileWriter {
  private let format: TableFileFormat
  private let schema: Schema
  private var parquet: ParquetWriter
  /// How many rows were added.
  package private(set) var rowCount = 0

  /// How many rows become text at once.
  private static let rowsAtOnce = 10_000

  /// - Throws: an error if the format cannot hold the schema.
  package init(_ format: TableFileFormat, schema: Schema) throws {
    self.format = format
    self.schema = schema
    parquet = try ParquetWriter(schema: schema)
  }

  /// What stands before the rows.
  package var header: [UInt8] {
    format == .csv ? Array(TableFormat.csv.render(Table(joining: [], schema: schema)).utf8) + [0x0A] : []
  }

  /// The bytes of further rows, in parts; they may come later, with those of other rows.
  package mutating func add(_ rows: Table) throws -> [[UInt8]] {
    rowCount += rows.rowCount
    guard format != .parquet else { return try parquet.add(rows) }
    return stride(from: 0, to: rows.rowCount, by: Self.rowsAtOnce).map { start in
      let part = rows.rows(start..<min(start + Self.rowsAtOnce, rows.rowCount))
      let text = format == .csv ? TableFormat.csv.renderRows(part) : TableFormat.jsonl.render(part)
      return Array(text.utf8) + [0x0A]
    }
  }

  /// What stands behind the rows.
  package mutating func finish() -> [[UInt8]] { format == .parquet ? [parquet.finish()] : [] }
}
