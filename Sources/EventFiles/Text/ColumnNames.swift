import Wording

/// The names of a file's columns, which options refer to.
struct ColumnNames {
  let path: String
  let names: [String]

  /// The index of the column with this name; if none has it, of the one that has it ignoring case.
  ///
  /// - Throws: ``EventFileError`` if no column or more than one has the name.
  func index(of name: String) throws(EventFileError) -> Int {
    for fits in [{ $0 == name }, { $0.lowercased() == name.lowercased() }] as [(String) -> Bool] {
      let indices = names.indices.filter { fits(names[$0]) }
      if indices.count > 1 {
        throw EventFileError(path: path, fault: .ambiguousColumn(name, numbers: indices.map { $0 + 1 }))
      }
      if let index = indices.first { return index }
    }
    throw EventFileError(
      path: path, fault: .unknownColumn(name, header: names, closest: Suggestion.closest(to: name, in: names)))
  }

  /// The index of the column that a person named, or of the first with a usual name.
  ///
  /// - Parameter name: nil looks for the usual names.
  func index(of name: String?, _ usual: [String], for role: ColumnRole) throws(EventFileError) -> Int {
    if let name { return try index(of: name) }
    for name in usual where names.contains(where: { $0.lowercased() == name }) { return try index(of: name) }
    throw EventFileError(path: path, fault: .noColumn(role, usual: usual, header: names))
  }
}
