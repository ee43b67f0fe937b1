/// A file's schema as a tree: groups with children, and leaves with values.
struct SchemaNode {
  enum Kind: Hashable {
    case required, optional, repeated
  }

  /// What a group stands for.
  enum Meaning: Hashable {
    case structure, list, map
  }

  let name: String
  let kind: Kind
  let meaning: Meaning
  /// The schema's entry.
  let element: ThriftValue
  var children: [SchemaNode] = []
  /// The leaf's index in the file's order, and so of its chunk in each row group; nil for a group.
  var leaf: Int?
  /// How many optional and repeated nodes lead from the root to this one, itself included: a value with a smaller
  /// definition level is missing at one of them.
  var definitionLevel = 0
  /// How many repeated nodes lead from the root to this one, itself included.
  var repetitionLevel = 0

  var leaves: [SchemaNode] { leaf != nil ? [self] : children.flatMap(\.leaves) }

  /// Why a group cannot be read as a column.
  var unsupported: Fault {
    let name =
      switch meaning {
      case .structure: element[10]?[16] != nil ? "VARIANT" : "STRUCT"
      case .list: "LIST"
      case .map: "MAP"
      }
    return .unsupported("a nested column (\(name))", remedy: Annotation.remedy(for: name))
  }

  /// Deeper nesting is damage.
  private static let maximalDepth = 32

  /// Reads the footer's depth-first list.
  static func root(of elements: [ThriftValue]) throws(Fault) -> SchemaNode {
    var rest = elements[...]
    var leafCount = 0
    let root = try node(&rest, leafCount: &leafCount, definition: 0, repetition: 0, depth: 0)
    guard rest.isEmpty else { throw .damaged("a schema with \(rest.count) entries too many") }
    return root
  }

  private static func node(
    _ rest: inout ArraySlice<ThriftValue>, leafCount: inout Int, definition: Int, repetition: Int, depth: Int
  ) throws(Fault) -> SchemaNode {
    guard let element = rest.popFirst() else { throw .damaged("a schema that ends in the middle") }
    guard depth <= maximalDepth else { throw .damaged("a schema nested more than \(maximalDepth) levels deep") }
    // The root's name and repetition have no meaning.
    guard let name = element[4]?.text ?? (depth == 0 ? "" : nil) else { throw .damaged("a column without name") }
    let kind: Kind =
      switch depth == 0 ? 0 : element[3]?.integer {
      case 0: .required
      case 1: .optional
      case 2: .repeated
      default: throw .damaged("the column '\(name)' without repetition")
      }
    let converted = element[6]?.integer
    let meaning: Meaning =
      element[10]?[3] != nil || converted == 3
      ? .list : element[10]?[2] != nil || converted == 1 || converted == 2 ? .map : .structure
    var node = SchemaNode(name: name, kind: kind, meaning: meaning, element: element)
    node.definitionLevel = definition + (kind == .required ? 0 : 1)
    node.repetitionLevel = repetition + (kind == .repeated ? 1 : 0)
    let count = element[5]?.integer ?? 0
    guard (0...Int64(rest.count)).contains(count) else { throw .damaged("the group '\(name)' of \(count) columns") }
    if count == 0, depth > 0 {
      node.leaf = leafCount
      leafCount += 1
    }
    for _ in 0..<count {
      node.children.append(
        try Self.node(
          &rest, leafCount: &leafCount, definition: node.definitionLevel, repetition: node.repetitionLevel,
          depth: depth + 1))
    }
    return node
  }
}
