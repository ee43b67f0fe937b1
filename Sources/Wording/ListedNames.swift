extension String {
  /// The parts between commas, without surrounding blanks: `"a, b"` gives `["a", "b"]`. Empty parts are left out.
  package var listedNames: [String] {
    split(separator: ",").map { String($0.trimmed) }
  }
}
