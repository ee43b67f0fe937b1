package import Columnar
import DurableFiles

/// A Parquet file of flat columns, as this and other programs write it.
package struct ParquetFile: Sendable {
  package let name: String
  /// The columns that can be read, in the file's order.
  package let schema: Schema
  package let rowCount: Int

  private let bytes: [UInt8]
  private let columns: [PhysicalColumn]
  private let groups: [ThriftValue]

  /// - Throws: ``ParquetError`` for a file that is missing, damaged, or of a kind that is not known.
  package init(path: String) throws(ParquetError) {
    let content: [UInt8]
    do { content = try DurableFiles.read(path) } catch {
      let reason = error.description.split(separator: "\n").first.map(String.init) ?? ""
      throw ParquetError(
        file: path, column: nil, position: nil, problem: .unreadable(code: error.code, reason: reason))
    }
    try self.init(bytes: content, name: path)
  }

  /// - Parameter name: for errors.
  package init(bytes: [UInt8], name: String) throws(ParquetError) {
    self.bytes = bytes
    self.name = name
    let mark = Array("PAR1".utf8)
    func fail(_ problem: ParquetError.Problem) -> ParquetError {
      ParquetError(file: name, column: nil, position: nil, problem: problem)
    }
    if bytes.count >= 12, bytes.suffix(4) == Array("PARE".utf8)[...] { throw fail(.encrypted) }
    guard bytes.count >= 12, bytes.prefix(4) == mark[...], bytes.suffix(4) == mark[...] else { throw fail(.notParquet) }
    let trailer = bytes.count - 8
    let length = bytes[trailer..<trailer + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= trailer - 4 else { throw fail(.damaged("a footer of \(length) bytes")) }
    do {
      var reader = CompactReader(bytes, in: trailer - length..<trailer)
      let footer = try reader.structure()
      guard let elements = footer[2]?.elements, !elements.isEmpty, let rows = footer[3]?.integer, rows >= 0,
        let groups = footer[4]?.elements
      else { throw Fault.damaged("a footer without schema or rows", at: trailer - length) }
      var sum: Int64 = 0
      for group in groups {
        guard let rows = group[3]?.integer, rows >= 0, group[1]?.elements != nil else {
          throw Fault.damaged("a row group without its columns", at: trailer - length)
        }
        (sum, _) = sum.addingReportingOverflow(rows)
      }
      guard sum == rows, rows <= 1 << 30 else {
        throw Fault.damaged("\(rows) rows in all, \(sum) in the groups", at: trailer - length)
      }
      self.groups = groups
      rowCount = Int(rows)
      columns = try Self.columns(elements, file: name)
      schema = Schema(columns.map { Field($0.name, $0.type, isNullable: $0.isNullable) })
    } catch let error as ParquetError {
      throw error
    } catch let fault as Fault {
      throw fault.inside(name)
    } catch {
      throw fail(.damaged("\(error)"))
    }
  }

  /// The top-level columns; nested ones are refused by name.
  private static func columns(
    _ elements: [ThriftValue], file: String
  ) throws(ParquetError) -> [PhysicalColumn] {
    var columns: [PhysicalColumn] = []
    for element in elements.dropFirst() {
      let name = element[4]?.text
      if element[5]?.integer ?? 0 > 0 {
        throw Fault.unsupported("a nested column").inside(file, column: name)
      }
      do { columns.append(try PhysicalColumn(element: element)) } catch { throw error.inside(file, column: name) }
    }
    return columns
  }

  /// The rows.
  ///
  /// - Parameter names: which columns, in which order; nil for all.
  /// - Throws: ``ParquetError``, with column and position.
  package func read(columns names: [String]? = nil) throws(ParquetError) -> Table {
    var wanted: [Int] = []
    for name in names ?? schema.names {
      guard let index = schema.index(of: name) else {
        throw ParquetError(file: self.name, column: name, position: nil, problem: .noSuchColumn(known: schema.names))
      }
      wanted.append(index)
    }
    var parts: [[Column]] = Array(repeating: [], count: wanted.count)
    for group in groups {
      for (position, index) in wanted.enumerated() {
        parts[position].append(try chunk(index, of: group))
      }
    }
    let fields = wanted.map { schema.fields[$0] }
    let tables = groups.indices.map { group in
      Table(schema: Schema(fields), columns: parts.map { $0[group] })
    }
    return Table(joining: tables, schema: Schema(fields))
  }

  private func chunk(_ index: Int, of group: ThriftValue) throws(ParquetError) -> Column {
    do {
      guard let chunks = group[1]?.elements, chunks.indices.contains(index), let rows = group[3]?.integer else {
        throw Fault.damaged("a row group without this column")
      }
      var reader = try ColumnChunkReader(
        bytes, column: columns[index], metadata: chunks[index], rowCount: Int(rows))
      return try reader.read()
    } catch let fault as Fault {
      throw fault.inside(name, column: columns[index].name)
    } catch {
      throw ParquetError(file: name, column: nil, position: nil, problem: .damaged("\(error)"))
    }
  }
}
