/// A name that cannot be given.
struct BadName: Explained, Hashable {
  let name: String

  var problem: String { "invalid name '\(name)'" }
  var remedy: String? {
    "use letters, digits, _ and -, beginning with a letter or _ (names in sqlite_ are reserved for SQLite)"
  }
  var wordAtFault: String? { name }

  /// Refuses what cannot be a name in a folder, and so could lead out of it. Names that other programs gave may hold what
  /// ``check(_:)`` refuses.
  static func checkPart(_ name: String) throws(BadName) {
    guard !["", ".", ".."].contains(name), !name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }) else {
      throw BadName(name: name)
    }
  }

  static func check(_ name: String) throws(BadName) {
    let isGood =
      !name.isEmpty && name.first?.isNumber == false && name.first != "-"
      && name.allSatisfy { $0 == "_" || $0 == "-" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard isGood, !name.lowercased().hasPrefix("sqlite_") else { throw BadName(name: name) }
  }
}

/// A name that stands for something else already.
struct TakenName: Explained, Hashable {
  enum Holder: Hashable {
    case view
    /// A table whose name differs by case alone.
    case table(String)
    case runningQuery
  }

  let name: String
  let holder: Holder

  var problem: String {
    switch holder {
    case .view: "the name '\(name)' is taken by a view"
    case .table(let other): "the name '\(name)' differs from the table '\(other)' by case alone"
    case .runningQuery: "the name '\(name)' is taken by a running query"
    }
  }

  var remedy: String? {
    let release =
      switch holder {
      case .view: "DROP VIEW \(name);"
      case .table(let other): "write to '\(other)'"
      case .runningQuery: "stop \(name)"
      }
    return "choose another name, or: \(release)"
  }

  var wordAtFault: String? { name }
}
