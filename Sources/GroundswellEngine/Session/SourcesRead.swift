import Synchronization

/// Which tables and hubs the running cell has read, for the line under its result.
final class SourcesRead: Sendable {
  private struct State {
    var names: [String] = []
    /// The first and the last version that was read of a table.
    var versions: [String: ClosedRange<Int64>] = [:]
  }

  private let state = Mutex(State())

  /// `tweets (version 3)`, `the hub default`: in the order in which they were read first.
  var names: [String] {
    state.withLock { state in
      state.names.map { name in
        guard let versions = state.versions[name] else { return name }
        return versions.count == 1
          ? "\(name) (version \(versions.lowerBound))"
          : "\(name) (versions \(versions.lowerBound) to \(versions.upperBound))"
      }
    }
  }

  func note(_ name: String, version: Int64?) {
    state.withLock { state in
      if !state.names.contains(name) { state.names.append(name) }
      guard let version else { return }
      let known = state.versions[name] ?? version...version
      state.versions[name] = min(known.lowerBound, version)...max(known.upperBound, version)
    }
  }

  func forget() { state.withLock { $0 = State() } }
}
