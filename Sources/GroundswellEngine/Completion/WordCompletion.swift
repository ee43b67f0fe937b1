import DurableFiles

/// Candidates for the last word of a line.
package struct WordCompletion: Hashable, Sendable {
  /// The part of the last word that is typed.
  package let word: String
  /// Whole words that begin with ``word``, sorted, without repetition.
  package let candidates: [String]

  /// - Parameters:
  ///   - text: the cell's text before the cursor.
  ///   - names: the names that the session knows.
  ///   - files: gives the names in a folder; folders among them end with `/`.
  package init(_ text: String, names: SessionNames, files: @escaping (String) -> [String] = Self.filesOnDisk) {
    let statement = Self.lastStatement(of: text)
    let words: [String]
    if Self.isSQL(statement) {
      (word, words) = SQLCompletion(names: names).words(for: statement)
    } else {
      (word, words) = CommandCompletion(names: names, files: files).words(for: statement)
    }
    candidates = Set(words).filter { [word] in $0.hasPrefix(word) }.sorted()
  }

  private static func isSQL(_ statement: Substring) -> Bool {
    SQLKeyword.begins(with: statement.prefix { $0.isLetter }, before: statement.drop { $0.isLetter }.prefix(20))
  }

  /// The text behind the last semicolon; in a command, the last line and those that it continues.
  private static func lastStatement(of text: String) -> Substring {
    let statement = text.split(separator: ";", omittingEmptySubsequences: false).last ?? ""
    let first = statement.drop(while: \.isWhitespace)
    if isSQL(first) { return first }
    var start = statement.startIndex
    for index in statement.indices where statement[index].isNewline && statement[..<index].last != "\\" {
      start = statement.index(after: index)
    }
    return statement[start...].drop(while: \.isWhitespace)
  }

  package static func filesOnDisk(_ folder: String) -> [String] {
    let names = (try? DurableFiles.names(in: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.map { name in
      (try? DurableFiles.isFolder(folder + "/" + name)) == true ? name + "/" : name
    }
  }
}
