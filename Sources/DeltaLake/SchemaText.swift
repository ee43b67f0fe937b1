import Columnar
import JSONText

/// A table's schema as its log has it: JSON within a JSON text.
enum SchemaText {
  private static let names: [DataType: String] = [
    .boolean: "boolean", .integer: "integer", .long: "long", .double: "double", .string: "string",
    .timestamp: "timestamp",
  ]

  /// What others write and we read as one of our types.
  private static let readable: [String: DataType] = [
    "boolean": .boolean, "byte": .integer, "short": .integer, "integer": .integer, "long": .long, "float": .double,
    "double": .double, "string": .string, "timestamp": .timestamp,
  ]

  static func text(of schema: Schema) -> String {
    let fields = schema.fields.map { field -> JSON in
      [
        "name": .string(field.name), "type": .string(names[field.type] ?? field.type.rawValue),
        "nullable": .boolean(field.isNullable), "metadata": [:],
      ]
    }
    return (["type": "struct", "fields": .array(fields)] as JSON).description
  }

  /// - Throws: ``DeltaError`` for a type that is not one of ours, naming the column.
  static func schema(of text: String, table: String) throws(DeltaError) -> Schema {
    guard let json = try? JSON(parsing: text), let fields = json["fields"]?.elements else {
      throw .malformed(path: table, line: 0, reason: "the schema is no JSON struct")
    }
    var read: [Field] = []
    for field in fields {
      guard let name = field["name"]?.text, let written = field["type"] else {
        throw .malformed(path: table, line: 0, reason: "a column without name or type")
      }
      guard let type = written.text.flatMap({ readable[$0] }) else {
        throw .unsupported(path: table, feature: "the type \(written.text ?? "of a nested column") in column '\(name)'")
      }
      read.append(Field(name, type, isNullable: field["nullable"]?.boolean ?? true))
    }
    return Schema(read)
  }
}
