/// A named, typed column of a schema.
package struct Field: Hashable, Sendable {
  /// As it is shown; looked up ignoring case.
  package var name: String
  /// What its values are.
  package var type: DataType
  /// Whether its values may be null.
  package var isNullable: Bool

  package init(_ name: String, _ type: DataType, isNullable: Bool = true) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
  }
}

/// The columns of a table, in order. Names are looked up ignoring case, as SQL does.
package struct Schema: Hashable, Sendable {
  /// The columns, in order.
  package var fields: [Field]

  package init(_ fields: [Field]) {
    self.fields = fields
  }

  /// The columns' names, in order.
  package var names: [String] { fields.map(\.name) }

  /// The index of the column of that name: of the exact name, or of one that differs by case; nil if there is none.
  package func index(of name: String) -> Int? {
    fields.firstIndex { $0.name == name } ?? fields.firstIndex { $0.name.lowercased() == name.lowercased() }
  }
}

extension Schema: CustomStringConvertible {
  /// `groupTime TIMESTAMP, average DOUBLE`
  package var description: String {
    fields.map { "\($0.name) \($0.type.sqlName)" }.joined(separator: ", ")
  }
}
