import CivilTime
package import Columnar
import DurableFiles
import Parquet

/// A comparison of a column with a value, used to skip files and row groups without a matching row.
package struct ColumnCondition: Hashable, Sendable {
  /// The comparisons, as in SQL.
  package enum Comparison: String, Hashable, Sendable {
    case equal = "="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// The column's name.
  package let column: String
  /// How the column is compared.
  package let comparison: Comparison
  /// The value on the right.
  package let value: Value

  /// The condition `column comparison value`.
  package init(_ column: String, _ comparison: Comparison, _ value: Value) {
    self.column = column
    self.comparison = comparison
    self.value = value
  }

  /// Whether a value between two bounds may fulfil the comparison.
  func mayHold(between minimum: Value, and maximum: Value) -> Bool {
    guard let low = minimum.compare(value), let high = maximum.compare(value) else { return true }
    switch comparison {
    case .equal: return low <= 0 && high >= 0
    case .less: return low < 0
    case .lessOrEqual: return low <= 0
    case .greater: return high > 0
    case .greaterOrEqual: return high >= 0
    }
  }
}

extension Value {
  /// Negative, zero or positive as the first value is less than, equal to or greater than the second; nil without an order.
  fileprivate func compare(_ other: Value) -> Int? {
    func order<Element: Comparable>(_ left: Element, _ right: Element) -> Int {
      left == right ? 0 : left < right ? -1 : 1
    }
    switch (self, other) {
    case (.integer(let left), .integer(let right)): return order(left, right)
    case (.timestamp(let left), .timestamp(let right)): return order(left, right)
    case (.date(let left), .date(let right)): return order(left.daysSinceEpoch, right.daysSinceEpoch)
    case (.string(let left), .string(let right)):
      // Compares bytes: Swift's strings are equal for different spellings of one text.
      return left.utf8.elementsEqual(right.utf8) ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    default:
      guard let left = number, let right = other.number, !left.isNaN, !right.isNaN else { return nil }
      return order(left, right)
    }
  }
}

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

  /// The files that may hold rows that fulfil all conditions, in the order in which they were added to the table.
  package func files(where conditions: [ColumnCondition]) -> [DataFile] {
    let fields = conditions.compactMap { condition in
      schema.index(of: condition.column).map { (schema.fields[$0], condition) }
    }
    guard !fields.isEmpty else { return files }
    // Bounds of 32-bit numbers have fewer digits than the same values as 64-bit numbers.
    let inexact = Set(SchemaText.writtenTypes(of: schemaText).filter { $0.type == "float" }.map(\.name))
    return files.filter { file in
      let statistics = FileStatistics(file)
      return fields.allSatisfy { field, condition in
        if let written = file.partitionValues[field.name] {
          // Null equals nothing; an unreadable value fails when it is read.
          guard let value = PartitionValue.value(written, field) else { return true }
          return value != .null && condition.mayHold(between: value, and: value)
        }
        if statistics?.isAllNull(field) == true { return false }
        guard !inexact.contains(field.name), let bounds = statistics?.bounds(of: field) else { return true }
        return condition.mayHold(between: bounds.minimum, and: bounds.maximum)
      }
    }
  }

  /// The row groups of a file that may hold rows that fulfil all conditions.
  ///
  /// - Throws: ``DeltaError`` for a file that is missing or damaged.
  package func rowGroups(of file: DataFile, where conditions: [ColumnCondition] = []) throws(DeltaError) -> [RowGroup] {
    let parquet = try open(file)
    return parquet.groupRowCounts.enumerated().compactMap { number, rowCount in
      let mayHold = conditions.allSatisfy { condition in
        guard file.partitionValues[condition.column] == nil,
          let bounds = parquet.bounds(of: condition.column, group: number)
        else { return true }
        return condition.mayHold(between: bounds.minimum, and: bounds.maximum)
      }
      return mayHold && rowCount > 0
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
