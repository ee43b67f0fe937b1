/// Which tables and hubs the running cell has read, for the line under its result. Not thread-safe: its session owns it.
final class Readings {
  private var names: [String] = []
  /// Of tables: the first and the last version that was read.
  private var versions: [String: ClosedRange<Int64>] = [:]

  var sources: [String] {
    names.map { name in
      guard let versions = versions[name] else { return name }
      return versions.count == 1
        ? "\(name) (version \(versions.lowerBound))"
        : "\(name) (versions \(versions.lowerBound) to \(versions.upperBound))"
    }
  }

  func note(_ source: String) {
    if !names.contains(source) { names.append(source) }
  }

  func note(_ table: String, version: Int64) {
    note(table)
    let known = versions[table] ?? version...version
    versions[table] = min(known.lowerBound, version)...max(known.upperBound, version)
  }

  func forget() { (names, versions) = ([], [:]) }
}
