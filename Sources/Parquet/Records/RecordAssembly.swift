import Columnar
import JSONText

/// Assembles rows from the columns of a row group (the inverse of the record shredding of Melnik et al., "Dremel",
/// VLDB 2010): a value's definition level says how far its path exists, its repetition level which list continues.
struct RecordAssembly {
  private struct Leaf {
    let values: LeveledValues
    /// The next level, and the next value that is not null.
    var level = 0
    var value = 0
  }

  private let root: SchemaNode
  /// By the leaf's index; nil for a leaf that is left out.
  private var leaves: [Leaf?]

  /// - Throws: a fault for damage, and for a column of an unsupported type, unless another column repeats it in a
  ///   supported form, such as `stats_parsed`.
  init(_ root: SchemaNode, group: Footer.RowGroup, of footer: Footer) throws(Fault) {
    let all = root.leaves
    guard all.count == group.chunks.count else { throw .damaged("a row group of \(group.chunks.count) columns") }
    leaves = []
    self.root = root
    let parsed = root.children.flatMap(\.children).filter { $0.name.hasSuffix("_parsed") }
    let repeating = Set(parsed.flatMap(\.leaves).map(\.leaf))
    for (node, chunk) in zip(all, group.chunks) {
      guard !repeating.contains(node.leaf) else {
        leaves.append(nil)
        continue
      }
      var reader = try ColumnChunkReader(
        footer.source, column: PhysicalColumn(leaf: node.element, bytesAreText: true),
        maximalDefinition: node.definitionLevel, maximalRepetition: node.repetitionLevel, metadata: chunk,
        isSealed: footer.isSealed)
      leaves.append(Leaf(values: try reader.readLevels()))
    }
  }

  /// The next row.
  mutating func next() throws(Fault) -> JSON { try structure(root) }

  /// - Throws: a fault if the columns have more values than the rows account for.
  func finish() throws(Fault) {
    guard leaves.allSatisfy({ $0.map { $0.level == $0.values.definition.count } ?? true }) else {
      throw .damaged("a column that ends behind the others")
    }
  }

  private mutating func structure(_ node: SchemaNode) throws(Fault) -> JSON {
    var members: [String: JSON] = [:]
    for child in node.children {
      if let value = try value(child), value != .null { members[child.name] = value }
    }
    return .object(members)
  }

  /// The value of a node; nil if none of its leaves can be read.
  private mutating func value(_ node: SchemaNode) throws(Fault) -> JSON? {
    guard let guide = node.leaves.lazy.compactMap(\.leaf).first(where: { [leaves] in leaves[$0] != nil }) else {
      return nil
    }
    if node.kind == .repeated {
      return .array(
        try repeated(node, guide: guide) { (assembly) throws(Fault) in try assembly.element(node, guide: guide) })
    }
    guard try definition(guide) >= node.definitionLevel else {
      skip(node)
      return .null
    }
    if node.leaf != nil { return try leafValue(guide, node) }
    // A list or map has a group in the middle, which must repeat. The names of its inner nodes mean
    // nothing: their positions identify them.
    guard node.children.count == 1, case let inner = node.children[0], inner.kind == .repeated else {
      return try structure(node)
    }
    if node.meaning == .map || node.meaning == .structure && inner.children.count == 2 {
      return try map(inner, guide: guide)
    }
    // Old writers omitted the group in the middle.
    let isElement = inner.children.count != 1 || inner.name == "array" || inner.name == node.name + "_tuple"
    return .array(
      try repeated(inner, guide: guide) { (assembly) throws(Fault) in
        isElement ? try assembly.element(inner, guide: guide) : try assembly.value(inner.children[0]) ?? .null
      })
  }

  private mutating func element(_ node: SchemaNode, guide: Int) throws(Fault) -> JSON {
    node.leaf != nil ? try leafValue(guide, node) : try structure(node)
  }

  private mutating func map(_ node: SchemaNode, guide: Int) throws(Fault) -> JSON {
    guard (1...2).contains(node.children.count) else { throw .damaged("a map of \(node.children.count) columns") }
    var members: [String: JSON] = [:]
    _ = try repeated(node, guide: guide) { (assembly) throws(Fault) in
      guard let key = try assembly.value(node.children[0])?.text else { throw .damaged("a map's entry without a key") }
      members[key] = node.children.count == 2 ? try assembly.value(node.children[1]) ?? .null : .null
    }
    return .object(members)
  }

  /// Reads all entries of a node that repeats.
  private mutating func repeated<Entry>(
    _ node: SchemaNode, guide: Int, _ entry: (inout RecordAssembly) throws(Fault) -> Entry
  ) throws(Fault) -> [Entry] {
    guard try definition(guide) >= node.definitionLevel else {
      skip(node)
      return []
    }
    var entries: [Entry] = []
    repeat {
      let before = leaves[guide]?.level
      entries.append(try entry(&self))
      // A damaged file could repeat forever otherwise.
      guard leaves[guide]?.level != before else { throw .damaged("a list that does not end") }
    } while repetition(guide) == node.repetitionLevel
    return entries
  }

  private func definition(_ leaf: Int) throws(Fault) -> Int {
    guard let found = leaves[leaf], found.level < found.values.definition.count else {
      throw .damaged("a column that ends before the others")
    }
    return Int(found.values.definition[found.level])
  }

  /// The level of the next value; -1 after the last.
  private func repetition(_ leaf: Int) -> Int {
    guard let found = leaves[leaf], found.level < found.values.repetition.count else { return -1 }
    return Int(found.values.repetition[found.level])
  }

  /// Skips one missing value in every leaf below the node.
  private mutating func skip(_ node: SchemaNode) {
    for leaf in node.leaves.compactMap(\.leaf) { leaves[leaf]?.level += 1 }
  }

  private mutating func leafValue(_ leaf: Int, _ node: SchemaNode) throws(Fault) -> JSON {
    guard let found = leaves[leaf], found.value < found.values.values.count else {
      throw .damaged("a column with fewer values than levels")
    }
    leaves[leaf]?.level += 1
    leaves[leaf]?.value += 1
    return JSON(found.values.values[found.value])
  }
}

extension JSON {
  fileprivate init(_ value: Columnar.Value) {
    self =
      switch value {
      case .null: .null
      case .boolean(let flag): .boolean(flag)
      case .integer(let number): .integer(number)
      case .double(let number): .double(number)
      case .string(let text): .string(text)
      case .decimal, .date, .timestamp: .string(value.description)
      }
  }
}
