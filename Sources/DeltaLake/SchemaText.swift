import Columnar
import JSONText

/// A table's schema in its log: JSON within a JSON text.
enum SchemaText {
  /// Types of other writers that we read as one of ours.
  private static let readable: [String: DataType] = [
    "boolean": .boolean, "byte": .integer, "short": .integer, "integer": .integer, "long": .long, "float": .double,
    "double": .double, "string": .string, "date": .date, "timestamp": .timestamp,
  ]

  /// Types that we read as wider ones, and never write.
  static let narrow: Set<String> = ["byte", "short", "float"]

  static func text(of schema: Schema) -> String {
    (["type": "struct", "fields": .array(schema.fields.map(field))] as JSON).description
  }

  /// The schema's text with further fields; existing ones keep their text.
  static func adding(_ fields: [Field], to text: String) -> String {
    let old = (try? JSON(parsing: text))?["fields"]?.elements ?? []
    return (["type": "struct", "fields": .array(old + fields.map(field))] as JSON).description
  }

  private static func field(_ field: Field) -> JSON {
    [
      "name": .string(field.name), "type": .string(field.type.name), "nullable": .boolean(field.isNullable),
      "metadata": [:],
    ]
  }

  /// - Throws: ``DeltaError`` for a type that is not one of ours, naming the column.
  static func schema(of text: String, table: String) throws(DeltaError) -> Schema {
    guard let json = try? JSON(parsing: text), let fields = json["fields"]?.elements else {
      throw .malformed(path: table, line: 0, reason: "the schema is not a JSON struct")
    }
    var read: [Field] = []
    for field in fields {
      guard let name = field["name"]?.text, let written = field["type"] else {
        throw .malformed(path: table, line: 0, reason: "a column without name or type")
      }
      guard let type = written.text.flatMap({ readable[$0] ?? decimal($0) }) else {
        let kind = written["type"]?.text.map { "\($0) of a nested column" }
        throw .unsupported(path: table, feature: "the type \(written.text ?? kind ?? "?") in column '\(name)'")
      }
      read.append(Field(name, type, isNullable: field["nullable"]?.boolean ?? true))
    }
    return Schema(read)
  }

  /// Reads `decimal(10,2)`.
  private static func decimal(_ text: String) -> DataType? {
    guard text.hasPrefix("decimal("), text.hasSuffix(")") else { return nil }
    let numbers = text.dropFirst(8).dropLast().split(separator: ",").map { Int($0.filter { $0 != " " }) }
    guard numbers.count == 2, let precision = numbers[0], let scale = numbers[1], (1...38).contains(precision),
      (0...precision).contains(scale)
    else { return nil }
    return .decimal(precision: precision, scale: scale)
  }

  /// The types as written, by column.
  static func writtenTypes(of text: String) -> [(name: String, type: String)] {
    ((try? JSON(parsing: text))?["fields"]?.elements ?? []).compactMap { field in
      field["name"]?.text.flatMap { name in field["type"]?.text.map { (name, $0) } }
    }
  }
}
