extension String {
  /// The parts between commas, without surrounding blanks: `"a, b"` gives `["a", "b"]`. Empty parts are left out.
  package var listedNames: [String] {
    split(separator: ",").map { part in
      var name = part.drop(while: \.isWhitespace)
      while name.last?.isWhitespace == true { name.removeLast() }
      return String(name)
    }
  }
}
