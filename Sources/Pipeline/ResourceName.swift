/// The names that streams, aggregates, queries, checkpoints and new tables can have.
package enum ResourceName {
  /// Refuses a name that is not letters, digits, `_` and `-`, beginning with a letter or `_`; `sqlite_` is SQLite's own.
  package static func check(_ name: String) throws(NameFault) {
    let isGood =
      !name.isEmpty && name.first?.isNumber == false && name.first != "-"
      && name.allSatisfy { $0 == "_" || $0 == "-" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    guard isGood, !name.lowercased().hasPrefix("sqlite_") else { throw .invalid(name) }
  }

  /// Refuses what cannot be a name in a folder, and so could lead out of it. Names that other programs gave may hold what
  /// ``check(_:)`` refuses.
  package static func checkPart(_ name: String) throws(NameFault) {
    guard !["", ".", ".."].contains(name), !name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }) else {
      throw .invalid(name)
    }
  }
}
