package import Columnar

/// A Parquet file of flat columns. From a file on disk, reads only the requested columns of the requested row
/// groups; an unreadable column does not prevent others from being read.
package struct ParquetFile: Sendable {
  /// A column of the file, or why it cannot be read.
  private struct Entry {
    let name: String
    /// The index of its chunk in each row group; nil for a group.
    let leaf: Int?
    let column: Result<PhysicalColumn, ParquetError>
  }

  /// The file's path, or its name in errors.
  package let name: String
  /// The readable columns, in the file's order.
  package let schema: Schema

  private let footer: Footer
  private let entries: [Entry]

  /// How many rows the file has.
  package var rowCount: Int { footer.rowCount }

  /// The file's size, in bytes.
  package var size: Int { footer.source.count }

  /// The number of rows in each row group.
  package var groupRowCounts: [Int] { footer.groups.map(\.rowCount) }

  /// The names of all columns, in the file's order, readable or not.
  package var names: [String] { entries.map(\.name) }

  /// The columns of times without a zone, which are read as UTC.
  package var localTimeColumns: [String] {
    entries.compactMap { entry in
      if case .success(let column) = entry.column, column.isLocalTime { entry.name } else { nil }
    }
  }

  /// - Throws: ``ParquetError`` for a file that is missing or damaged.
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
    let leaves = root.leaves
    for group in footer.groups {
      guard group.chunks.count == leaves.count else {
        throw Fault.damaged("a row group of \(group.chunks.count) columns, where the schema has \(leaves.count)")
          .inside(name)
      }
    }
    entries = root.children.map { node in
      Entry(name: node.name, leaf: node.leaf, column: Self.column(node, of: footer, name))
    }
    schema = Schema(
      entries.compactMap { entry in
        (try? entry.column.get()).map { Field(entry.name, $0.type, isNullable: $0.isNullable) }
      })
  }

  private static func column(
    _ node: SchemaNode, of footer: Footer, _ file: String
  ) -> Result<PhysicalColumn, ParquetError> {
    do throws(Fault) {
      guard let leaf = node.leaf else { throw node.unsupported }
      // The name stands in the schema and in each chunk's metadata.
      for group in footer.groups {
        if let path = group.chunks[leaf][3]?[3]?.elements, path.count == 1, path[0].text != node.name {
          throw .damaged("a row group calls this column '\(path[0].text ?? "")'")
        }
      }
      return .success(try PhysicalColumn(element: node.element))
    } catch {
      return .failure(error.inside(file, column: node.name))
    }
  }

  /// Reads all rows.
  ///
  /// - Parameter names: the columns, in that order; nil for all.
  /// - Throws: ``ParquetError``, with column and position.
  package func read(columns names: [String]? = nil) throws(ParquetError) -> Table {
    let indices = try names?.map { name throws(ParquetError) in try index(of: name) } ?? Array(entries.indices)
    return try read(indices, names: indices.map { entries[$0].name }).rows
  }

  /// Reads all rows, with new names for all columns.
  ///
  /// - Parameter names: one per column, in the file's order.
  /// - Returns: the rows, and the columns whose times had digits beyond microseconds, which were truncated.
  /// - Throws: ``ParquetError``, with column and position.
  package func readAll(as names: [String]) throws(ParquetError) -> (rows: Table, cut: [String]) {
    try read(Array(entries.indices), names: names)
  }

  private func read(
    _ indices: [Int], names: [String]
  ) throws(ParquetError) -> (rows: Table, cut: [String]) {
    let columns = try indices.map { index throws(ParquetError) in try entries[index].column.get() }
    let schema = Schema(zip(names, columns).map { Field($0, $1.type, isNullable: $1.isNullable) })
    var cut: Set<String> = []
    var parts: [Table] = []
    for group in footer.groups.indices {
      var read: [Column] = []
      for (index, name) in zip(indices, names) {
        let (column, isCut) = try chunk(index, of: group)
        read.append(column)
        if isCut { cut.insert(name) }
      }
      parts.append(Table(schema: schema, columns: read, rowCount: footer.groups[group].rowCount))
    }
    return (Table(joining: parts, schema: schema), names.filter(cut.contains))
  }

  /// Reads columns of one row group.
  ///
  /// - Precondition: the group exists.
  package func read(columns names: [String], group: Int) throws(ParquetError) -> Table {
    let indices = try names.map { name throws(ParquetError) in try index(of: name) }
    let fields = try indices.map { index throws(ParquetError) in
      let column = try entries[index].column.get()
      return Field(column.name, column.type, isNullable: column.isNullable)
    }
    let columns = try indices.map { index throws(ParquetError) in try chunk(index, of: group).column }
    return Table(schema: Schema(fields), columns: columns, rowCount: footer.groups[group].rowCount)
  }

  /// Whether the file has a column of that name, readable or not.
  package func has(_ name: String) -> Bool { entries.contains { $0.name.lowercased() == name.lowercased() } }

  /// The minimum and maximum of a column in a row group, from the file's statistics; nil if the file has none, or
  /// they cannot be trusted.
  package func bounds(of name: String, group: Int) -> (minimum: Value, maximum: Value)? {
    guard let index = try? index(of: name), let leaf = entries[index].leaf,
      let column = try? entries[index].column.get()
    else { return nil }
    let statistics = footer.groups[group].chunks[leaf][3]?[12]
    guard let low = statistics?[6]?.bytes, let high = statistics?[5]?.bytes else { return nil }
    return column.bound(low).flatMap { low in column.bound(high).map { (low, $0) } }
  }

  /// The column of that name; among names that differ by case, the equal one.
  private func index(of name: String) throws(ParquetError) -> Int {
    func error(_ kind: ParquetError.Kind) -> ParquetError {
      ParquetError(file: self.name, column: name, position: nil, kind: kind)
    }
    let exact = entries.indices.filter { entries[$0].name == name }
    let found = exact.isEmpty ? entries.indices.filter { entries[$0].name.lowercased() == name.lowercased() } : exact
    guard let first = found.first else { throw error(.noSuchColumn(known: names)) }
    guard found.count == 1 else { throw error(.sameNames(entries[found[1]].name)) }
    return first
  }

  private func chunk(_ index: Int, of number: Int) throws(ParquetError) -> (column: Column, isCut: Bool) {
    let column = try entries[index].column.get()
    let group = footer.groups[number]
    guard group.rowCount > 0, let leaf = entries[index].leaf else {
      return (Column(Column.Values(emptyOf: column.type)), false)
    }
    do throws(Fault) {
      var reader = try ColumnChunkReader(
        footer.source, column: column, maximalDefinition: column.isNullable ? 1 : 0, metadata: group.chunks[leaf],
        isSealed: footer.isSealed)
      let read = try reader.read(rowCount: group.rowCount, isOldCalendar: footer.isOldCalendar)
      return (read, reader.hasLostDigits)
    } catch {
      let before = footer.groups[..<number].reduce(0) { $0 + $1.rowCount }
      throw error.behind(rows: before).inside(name, column: column.name)
    }
  }
}
