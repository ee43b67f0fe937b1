import DurableFiles
import JSONText

extension DeltaTable {
  /// Deletes files that no version within the retention names. Older versions become unreadable.
  ///
  /// - Parameters:
  ///   - retention: in milliseconds; files of that age or younger stay. Nil uses the table's own
  ///     (`delta.deletedFileRetentionDuration`, default 7 days).
  ///   - dryRun: true deletes nothing.
  /// - Returns: the files, relative to the table's folder, sorted, with their sizes in bytes.
  package func vacuum(
    retention: Int64? = nil, dryRun: Bool = false
  ) throws(DeltaError) -> [(path: String, size: Int64)] {
    let snapshot = try snapshot()
    try check(snapshot)
    try checkIsOwn("_delta_log")
    let horizon = Self.now - min(retention ?? snapshot.tombstoneRetention, Self.now)
    var wanted = snapshot.liveFiles
    var removed: Set<String> = []
    for (path, removal) in snapshot.replay.tombstones {
      if removal["deletionTimestamp"]?.integer ?? 0 > horizon { wanted.insert(path) } else { removed.insert(path) }
    }
    var found: [(path: String, size: Int64)] = []
    do throws(FileError) {
      try Self.visit(path, "") { (name, size, modified) throws(FileError) in
        // A file that no version names is left over from an interrupted write, if its name could be one of ours.
        let isLeft = name.hasSuffix(".parquet") || name.hasSuffix(".partial")
        if !wanted.contains(name), modified <= horizon, isLeft || removed.contains(name) { found.append((name, size)) }
      }
    } catch {
      throw .file(error)
    }
    // A commit since then may name a found file.
    let live = try snapshot.updated().liveFiles
    found = found.filter { !live.contains($0.path) }.sorted { $0.path < $1.path }
    if !dryRun {
      for file in found {
        do { try DurableFiles.remove(path + "/" + file.path) } catch { throw .file(error) }
      }
    }
    return found
  }

  /// Calls `body` with every file of the table, except in folders whose names begin with `_` or `.`.
  private static func visit(
    _ path: String, _ folder: String, _ body: (String, Int64, Int64) throws(FileError) -> Void
  ) throws(FileError) {
    for name in try DurableFiles.names(in: path + "/" + folder) where name.first != "_" && name.first != "." {
      let file = folder + name
      // Skips links, since they lead to files of others,
      // and files that were deleted meanwhile.
      guard let status = try DurableFiles.statusIfPresent(of: path + "/" + file, followingLink: false) else { continue }
      switch status.kind {
      case .link: continue
      case .folder: try visit(path, file + "/", body)
      case .file, .other: try body(file, status.size, status.modified)
      }
    }
  }
}

extension Snapshot {
  /// The files' paths, relative to the table's folder.
  fileprivate var liveFiles: Set<String> { Set(files.map { PathText.normalized($0.path) }) }

  /// How long removed files are kept, in milliseconds.
  var tombstoneRetention: Int64 {
    properties["delta.deletedFileRetentionDuration"].flatMap(Self.milliseconds) ?? 7 * 86_400_000
  }

  /// Reads `interval 1 week`, `interval 30 days`, the protocol's durations.
  static func milliseconds(_ text: String) -> Int64? {
    let words = text.lowercased().split(separator: " ").map(String.init)
    guard words.count == 3, words[0] == "interval", let count = Int64(words[1]) else { return nil }
    let units: [String: Int64] = [
      "second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000,
    ]
    let unit = words[2].hasSuffix("s") ? String(words[2].dropLast()) : words[2]
    // Limits durations to a thousand years.
    return units[unit].map { min(max(0, count), 32_000_000_000_000 / $0) * $0 }
  }
}
