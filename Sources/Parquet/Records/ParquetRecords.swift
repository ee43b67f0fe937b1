import Columnar
package import JSONText

/// Rows of nested columns, each a JSON object, as in a checkpoint of a Delta log. A null column is absent from the
/// object; a map is an object.
package enum ParquetRecords {
  /// A column's type. Everything may be null except a map's keys.
  package indirect enum Shape: Hashable, Sendable {
    case boolean, integer, long, string
    case structure([Member])
    /// A map from text to text.
    case map
    case list(Shape)
  }

  /// A named member of an object.
  package struct Member: Hashable, Sendable {
    /// The member's name.
    package let name: String
    /// The member's type.
    package let shape: Shape

    /// A member of that name and type.
    package init(_ name: String, _ shape: Shape) {
      self.name = name
      self.shape = shape
    }
  }

  /// Reads the rows of a file.
  ///
  /// - Throws: ``ParquetError`` for a file that is missing or damaged.
  package static func read(_ path: String) throws(ParquetError) -> [JSON] {
    try read(try Footer(path: path), name: path)
  }

  /// - Parameter name: for errors.
  package static func read(bytes: [UInt8], name: String) throws(ParquetError) -> [JSON] {
    try read(try Footer(.memory(bytes), name: name), name: name)
  }

  private static func read(_ footer: Footer, name: String) throws(ParquetError) -> [JSON] {
    do {
      let root = try SchemaNode.root(of: footer.elements)
      var rows: [JSON] = []
      for group in footer.groups {
        var assembly = try RecordAssembly(root, group: group, of: footer)
        for _ in 0..<group.rowCount { rows.append(try assembly.next()) }
        try assembly.finish()
      }
      return rows
    } catch {
      throw error.inside(name)
    }
  }
}
