package import Columnar

/// A schema text that cannot be read.
package struct SchemaSyntaxError: Error, Hashable, CustomStringConvertible {
  package enum Fault: Hashable, Sendable {
    case empty
    case unreadableField
    case unknownType(String)
    case duplicateField
  }

  package let fault: Fault
  /// The field as it was written.
  package let field: String

  /// The problem, in one line.
  package var description: String {
    switch fault {
    case .empty: "the schema names no fields"
    case .unreadableField: "schema: invalid field '\(field)'"
    case .unknownType(let type): "schema: unknown type '\(type)' of the field '\(field)'"
    case .duplicateField: "schema: there is a second field '\(field)'"
    }
  }
}

extension Schema {
  /// The types that a stream's field can have, as they are written.
  package static let streamTypes = ["BOOLEAN", "INT", "BIGINT", "DOUBLE", "STRING", "TIMESTAMP"]

  private static let types: [String: DataType] = [
    "timestamp": .timestamp, "int": .integer, "integer": .integer, "bigint": .long, "long": .long, "double": .double,
    "string": .string, "boolean": .boolean,
  ]

  /// Reads `timestamp TIMESTAMP, favorite INT`, as Spark writes a schema; every field may be null.
  ///
  /// - Throws: ``SchemaSyntaxError`` for anything else, naming the field.
  package init(parsingStreamSchema text: String) throws(SchemaSyntaxError) {
    var fields: [Field] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
      let field = words.joined(separator: " ")
      if words.isEmpty, !text.contains(",") { throw SchemaSyntaxError(fault: .empty, field: "") }
      guard words.count == 2 else { throw SchemaSyntaxError(fault: .unreadableField, field: field) }
      guard let type = Self.types[words[1].lowercased()] else {
        throw SchemaSyntaxError(fault: .unknownType(words[1]), field: field)
      }
      guard !fields.contains(where: { $0.name.lowercased() == words[0].lowercased() }) else {
        throw SchemaSyntaxError(fault: .duplicateField, field: words[0])
      }
      fields.append(Field(words[0], type))
    }
    self.init(fields)
  }
}
