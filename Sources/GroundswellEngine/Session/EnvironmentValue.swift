#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A value that is kept in the environment, so that no cell holds it: `env:NAME`.
enum EnvironmentValue {
  struct Missing: Explained {
    let name: String
    var problem: String {
      name.isEmpty ? "env: names no environment variable" : "environment variable \(name) is not set"
    }
    var remedy: String? { "export it before groundswell starts, or name another with env:NAME" }
  }

  private static let mark = "env:"

  static func isOne(_ text: String) -> Bool { text.hasPrefix(mark) }

  /// The value that `env:NAME` stands for.
  static func read(_ text: String) throws(Missing) -> String {
    let name = String(text.dropFirst(mark.count))
    // What came from a file ends with a line's end.
    let value = getenv(name).map { String(cString: $0) } ?? ""
    let kept = value.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    guard !name.isEmpty, !kept.isEmpty else { throw Missing(name: name) }
    return kept
  }
}
