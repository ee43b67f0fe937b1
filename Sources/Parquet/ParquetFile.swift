package import Columnar

/// A Parquet file of flat columns, as this and other programs write it. Of a file on the disk only the wanted columns of
/// the wanted row groups are read.
package struct ParquetFile: Sendable {
  package let name: String
  /// The columns, in the file's order.
  package let schema: Schema

  private let footer: Footer
  private let columns: [PhysicalColumn]

  package var rowCount: Int { footer.rowCount }

  /// How many rows each row group holds.
  package var groupRowCounts: [Int] { footer.groups.map(\.rowCount) }

  /// - Throws: ``ParquetError`` for a file that is missing, damaged, or of a kind that is not known.
  package init(path: String) throws(ParquetError) {
    try self.init(try Footer(path: path), name: path)
  }

  /// - Parameter name: for errors.
  package init(bytes: [UInt8], name: String) throws(ParquetError) {
    try self.init(try Footer(.memory(bytes), name: name), name: name)
  }

  private init(_ footer: Footer, name: String) throws(ParquetError) {
    self.footer = footer
    self.name = name
    let root: SchemaNode
    do { root = try SchemaNode.root(of: footer.elements) } catch { throw error.inside(name) }
    var columns: [PhysicalColumn] = []
    for node in root.children {
      if node.leaf == nil { throw Fault.unsupported("a nested column").inside(name, column: node.name) }
      do { columns.append(try PhysicalColumn(element: node.element)) } catch {
        throw error.inside(name, column: node.name)
      }
    }
    self.columns = columns
    schema = Schema(columns.map { Field($0.name, $0.type, isNullable: $0.isNullable) })
  }

  /// The rows.
  ///
  /// - Parameter names: which columns, in which order; nil for all.
  /// - Throws: ``ParquetError``, with column and position.
  package func read(columns names: [String]? = nil) throws(ParquetError) -> Table {
    let wanted = names ?? schema.names
    var parts: [Table] = []
    for group in footer.groups.indices { parts.append(try read(columns: wanted, group: group)) }
    return Table(
      joining: parts, schema: Schema(try wanted.map { name throws(ParquetError) in schema.fields[try index(of: name)] })
    )
  }

  /// The rows of one row group.
  ///
  /// - Precondition: there is a group of that number.
  package func read(columns names: [String], group: Int) throws(ParquetError) -> Table {
    let places = try names.map { name throws(ParquetError) in try index(of: name) }
    let columns = try places.map { place throws(ParquetError) in try chunk(place, of: group) }
    return Table(
      schema: Schema(places.map { schema.fields[$0] }), columns: columns, rowCount: footer.groups[group].rowCount)
  }

  /// What the file says of a column's values in a row group: the least and the greatest, and how many are null. Nil where
  /// it does not say, or not in a way that can be trusted.
  package func bounds(of name: String, group: Int) -> (minimum: Value, maximum: Value)? {
    guard let place = schema.index(of: name), footer.groups[group].chunks.indices.contains(place) else { return nil }
    let statistics = footer.groups[group].chunks[place][3]?[12]
    guard let low = statistics?[6]?.bytes, let high = statistics?[5]?.bytes else { return nil }
    return columns[place].bound(low).flatMap { low in columns[place].bound(high).map { (low, $0) } }
  }

  private func index(of name: String) throws(ParquetError) -> Int {
    guard let index = schema.index(of: name) else {
      throw ParquetError(file: self.name, column: name, position: nil, problem: .noSuchColumn(known: schema.names))
    }
    return index
  }

  private func chunk(_ index: Int, of group: Int) throws(ParquetError) -> Column {
    do {
      let group = footer.groups[group]
      guard group.chunks.indices.contains(index) else { throw Fault.damaged("a row group without this column") }
      var reader = try ColumnChunkReader(
        footer.source, column: columns[index], maximalDefinition: columns[index].isNullable ? 1 : 0,
        metadata: group.chunks[index])
      return try reader.read(rowCount: group.rowCount)
    } catch let fault as Fault {
      throw fault.inside(name, column: columns[index].name)
    } catch {
      throw ParquetError(file: name, column: nil, position: nil, problem: .damaged("\(error)"))
    }
  }
}
