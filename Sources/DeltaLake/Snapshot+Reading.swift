import CivilTime
package import Columnar
import DurableFiles
import Parquet

extension Snapshot {
  /// Rows that are stored together in a file, and read at once.
  package struct RowGroup: Hashable, Sendable {
    /// The file, which never changes.
    package let path: String
    let file: DataFile
    /// The group's index in the file.
    package let number: Int
    /// How many rows the group has.
    package let rowCount: Int
  }

  /// The files that may hold rows that fulfil all conditions, in the order in which they were added.
  package func files(where conditions: [Condition]) -> [DataFile] {
    guard !conditions.isEmpty else { return files }
    // The bounds of 32-bit numbers are written in fewer digits than their values have as 64-bit ones.
    let inexact = Set(SchemaText.writtenTypes(of: schemaText).filter { $0.type == "float" }.map(\.name))
    return files.filter { file in
      let statistics = FileStatistics(file)
      func bounds(_ column: String) -> Condition.Bounds {
        guard let field = schema.index(of: column).map({ schema.fields[$0] }) else { return .unknown }
        if let written = file.partitionValues[field.name] {
          // What cannot be read is an error of the reading.
          guard let value = PartitionValue.value(written, field) else { return .unknown }
          return value == .null ? .allNull : .between(value, value)
        }
        if statistics?.isAllNull(field) == true { return .allNull }
        guard !inexact.contains(field.name) else { return .unknown }
        return statistics?.bounds(of: field).map { .between($0.minimum, $0.maximum) } ?? .unknown
      }
      return conditions.allSatisfy { $0.mayHold(bounds) }
    }
  }

  /// The row groups of a file that may hold rows that fulfil all conditions.
  ///
  /// - Throws: ``DeltaError`` for a file that is missing or damaged.
  package func rowGroups(of file: DataFile, where conditions: [Condition] = []) throws(DeltaError) -> [RowGroup] {
    let parquet = try open(file)
    return parquet.groupRowCounts.enumerated().compactMap { number, rowCount in
      func bounds(_ column: String) -> Condition.Bounds {
        guard file.partitionValues[column] == nil else { return .unknown }
        return parquet.bounds(of: column, group: number).map { .between($0.minimum, $0.maximum) } ?? .unknown
      }
      return rowCount > 0 && conditions.allSatisfy { $0.mayHold(bounds) }
        ? RowGroup(path: path + "/" + file.path, file: file, number: number, rowCount: rowCount) : nil
    }
  }

  /// Columns of a row group, by their indices in the schema; a column that the file lacks is null.
  ///
  /// - Throws: ``DeltaError`` for a file that is missing, damaged or of another schema.
  package func read(_ columns: [Int], of group: RowGroup) throws(DeltaError) -> [Column] {
    let parquet = try open(group.file)
    guard parquet.groupRowCounts.indices.contains(group.number) else { throw .missingDataFile(path: group.path) }
    let statistics = FileStatistics(group.file)
    return try columns.map { index throws(DeltaError) in
      let field = schema.fields[index]
      if let written = group.file.partitionValues[field.name] {
        guard let value = PartitionValue.value(written, field), (try? Column(field.type, of: [value])) != nil else {
          throw .malformed(
            path: path, line: 0, reason: "the partition value '\(written ?? "")' is no \(field.type.sqlName)")
        }
        return Column(field.type, repeating: value, count: group.rowCount)
      }
      guard parquet.has(field.name) else {
        // The file is older than the column; a column in the file's statistics is missing, however.
        if let nulls = statistics?.nullCount(of: field), nulls != statistics?.rowCount {
          throw .otherDataFile(path: group.path, difference: "its column '\(field.name)' is missing")
        }
        return Column(field.type, repeating: .null, count: group.rowCount)
      }
      let column: Column
      do throws(ParquetError) { column = try parquet.read(columns: [field.name], group: group.number).columns[0] } catch
      {
        throw .parquet(error)
      }
      if parquet.groupRowCounts.count == 1, let nulls = statistics?.nullCount(of: field),
        nulls != Int64(column.nullCount)
      {
        throw .otherDataFile(
          path: group.path, difference: "'\(field.name)' has \(column.nullCount) nulls, the log says \(nulls)")
      }
      guard column.type != field.type else { return column }
      // The log's type may be wider than an older file's.
      guard field.type.isNumeric, column.type.isNumeric,
        let wider = try? Column(field.type, of: (0..<column.count).map { column[$0] })
      else {
        throw .otherColumns(
          path: group.path,
          difference: "'\(field.name)' is \(column.type.sqlName) in the file, \(field.type.sqlName) in the table")
      }
      return wider
    }
  }

  /// - Throws: ``DeltaError`` for a file that is missing, damaged, or another than the log tells of.
  private func open(_ file: DataFile) throws(DeltaError) -> ParquetFile {
    let path = self.path + "/" + file.path
    let parquet: ParquetFile
    do { parquet = try ParquetFile(path: path) } catch {
      if case .unreadable(let code, _) = error.kind, FileError("read", path, code: code).isMissing {
        throw .missingDataFile(path: path)
      }
      throw .parquet(error)
    }
    guard Int64(parquet.size) == file.size else {
      throw .otherDataFile(path: path, difference: "it has \(parquet.size) bytes, the log says \(file.size)")
    }
    if let rows = file.rowCount, rows != Int64(parquet.rowCount) {
      throw .otherDataFile(path: path, difference: "it has \(parquet.rowCount) rows, the log says \(rows)")
    }
    return parquet
  }

  /// All rows of a file.
  func read(_ file: DataFile) throws(DeltaError) -> Table {
    var tables: [Table] = []
    for group in try rowGroups(of: file) {
      tables.append(
        Table(schema: schema, columns: try read(Array(schema.fields.indices), of: group), rowCount: group.rowCount))
    }
    return Table(joining: tables, schema: schema)
  }

  /// All rows, file by file.
  ///
  /// - Throws: ``DeltaError`` for a file that is missing, damaged or of another schema.
  package func read() throws(DeltaError) -> Table {
    Table(joining: try files.map { file throws(DeltaError) in try read(file) }, schema: schema)
  }
}
