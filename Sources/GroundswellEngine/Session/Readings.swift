/// Which tables and hubs the running cell has read, for the line under its result. Not thread-safe: its session owns it.
final class Readings {
  private(set) var sources: [String] = []

  func note(_ source: String) {
    if !sources.contains(source) { sources.append(source) }
  }

  func forget() { sources = [] }
}
