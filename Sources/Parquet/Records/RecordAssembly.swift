import Columnar
import JSONText

/// Puts the columns of a row group together to rows (the inverse of the record shredding of Melnik et al., "Dremel",
/// VLDB 2010): a value's definition level says how far down its path exists, its repetition level which list goes on.
struct RecordAssembly {
  private struct Leaf {
    let values: LeveledValues
    /// The next level, and the next value that is there.
    var level = 0
    var value = 0
  }

  private let root: SchemaNode
  /// By the number of the leaf; nil for one of a type that we do not read, which is left out.
  private var leaves: [Leaf?]

  init(_ root: SchemaNode, group: Footer.RowGroup, source: ByteSource) throws(Fault) {
    let all = root.leaves
    guard all.count == group.chunks.count else { throw .damaged("a row group of \(group.chunks.count) columns") }
    leaves = []
    for (node, chunk) in zip(all, group.chunks) {
      guard let column = try? PhysicalColumn(leaf: node.element) else {
        leaves.append(nil)
        continue
      }
      var reader = try ColumnChunkReader(
        source, column: column, maximalDefinition: node.definitionLevel, maximalRepetition: node.repetitionLevel,
        metadata: chunk)
      leaves.append(Leaf(values: try reader.readLevels()))
    }
    self.root = root
  }

  /// The next row.
  mutating func next() throws(Fault) -> JSON { try structure(root) }

  private mutating func structure(_ node: SchemaNode) throws(Fault) -> JSON {
    var members: [String: JSON] = [:]
    for child in node.children {
      if let value = try value(child), value != .null { members[child.name] = value }
    }
    return .object(members)
  }

  /// The value of a node; nil where no leaf of it can be read.
  private mutating func value(_ node: SchemaNode) throws(Fault) -> JSON? {
    guard let guide = node.leaves.lazy.compactMap(\.leaf).first(where: { [leaves] in leaves[$0] != nil }) else {
      return nil
    }
    if node.kind == .repeated { return .array(try repeated(node, guide: guide)) }
    guard try definition(guide) >= node.definitionLevel else {
      skip(node)
      return .null
    }
    if node.leaf != nil { return try leafValue(guide, node) }
    // The group in the middle, of which a list or map is one only if it repeats.
    guard node.meaning != .structure, node.children.count == 1, node.children[0].kind == .repeated else {
      return try structure(node)
    }
    let entries = try repeated(node.children[0], guide: guide)
    guard node.meaning == .map else {
      let inner = node.children[0]
      let isWrapped = inner.leaf == nil && inner.children.count == 1
      return .array(isWrapped ? entries.map { $0[inner.children[0].name] ?? .null } : entries)
    }
    let pairs = entries.compactMap { entry in entry["key"]?.text.map { ($0, entry["value"] ?? .null) } }
    return .object(Dictionary(pairs, uniquingKeysWith: { $1 }))
  }

  private mutating func repeated(_ node: SchemaNode, guide: Int) throws(Fault) -> [JSON] {
    guard try definition(guide) >= node.definitionLevel else {
      skip(node)
      return []
    }
    var entries: [JSON] = []
    repeat {
      let before = leaves[guide]?.level
      entries.append(node.leaf != nil ? try leafValue(guide, node) : try structure(node))
      // Else a damaged file would go on for ever.
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

  /// Of the next value; -1 behind the last.
  private func repetition(_ leaf: Int) -> Int {
    guard let found = leaves[leaf], found.level < found.values.repetition.count else { return -1 }
    return Int(found.values.repetition[found.level])
  }

  /// Passes over one missing value in every leaf below the node.
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
