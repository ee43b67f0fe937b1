import DurableFiles
import JSONText

/// The files of a table's log, by their names.
struct LogFolder: Hashable {
  /// A file with the table's state, which replaces all earlier commits.
  struct Checkpoint: Hashable {
    let version: Int64
    /// All parts, in order.
    let names: [String]
  }

  let path: String
  /// The versions with a commit, ascending.
  let versions: [Int64]
  /// The complete checkpoints, ascending by version.
  let checkpoints: [Checkpoint]

  /// - Parameter table: the table's folder.
  init(of table: String) throws(DeltaError) {
    path = table + "/_delta_log"
    let names: [String]
    do { names = try DurableFiles.names(in: path) } catch { throw .file(error) }
    versions = names.compactMap { $0.count == 25 && $0.hasSuffix(".json") ? Self.version($0.prefix(20)) : nil }
    checkpoints = Self.checkpoints(among: names)
  }

  /// Whether the log has a commit of that version.
  static func exists(_ file: String) throws(DeltaError) -> Bool {
    do { return try DurableFiles.exists(file) } catch { throw .file(error) }
  }

  func commit(_ version: Int64) -> String { path + "/" + Self.number(version) + ".json" }

  /// Whether all commits between two versions, both included, exist.
  func holds(from first: Int64, to last: Int64) -> Bool {
    first > last || Int64(versions.count { (first...last).contains($0) }) == last - first + 1
  }

  /// The version in a file's name; nil for numbers beyond any table's reach.
  private static func version(_ digits: some StringProtocol) -> Int64? {
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(digits).flatMap { (0..<1 << 62).contains($0) ? $0 : nil }
  }

  static func number(_ version: Int64) -> String {
    let digits = String(version)
    return String(repeating: "0", count: max(0, 20 - digits.count)) + digits
  }

  /// Reads `N.checkpoint.parquet`, `N.checkpoint.part.parts.parquet`, and version 2's `N.checkpoint.UUID.json` or `.parquet`.
  private static func checkpoints(among names: [String]) -> [Checkpoint] {
    var found: [Checkpoint] = []
    var parts: [String: [String]] = [:]
    for name in names {
      let words = name.split(separator: ".").map(String.init)
      guard words.count > 2, words[0].count == 20, let version = version(words[0]), words[1] == "checkpoint" else {
        continue
      }
      switch (words.count, words.last) {
      case (3, "parquet"), (4, "parquet"), (4, "json"): found.append(Checkpoint(version: version, names: [name]))
      case (5, "parquet"): parts["\(version).\(words[3])", default: []].append(name)
      default: break
      }
    }
    for (key, names) in parts {
      let numbers = key.split(separator: ".").compactMap { Int64($0) }
      // A checkpoint with a missing part does not count.
      if numbers.count == 2, Int64(names.count) == numbers[1] {
        found.append(Checkpoint(version: numbers[0], names: names.sorted()))
      }
    }
    return found.sorted { $0.version < $1.version }
  }

  /// The actions in a file of JSON lines, with their line numbers.
  static func actions(in file: String) throws(DeltaError) -> [(line: Int, action: JSON)] {
    let bytes: [UInt8]
    do { bytes = try DurableFiles.read(file) } catch { throw .file(error) }
    return try actions(of: bytes, in: file)
  }

  /// - Throws: ``DeltaError`` for a line that is not JSON, and where a commit of ours has another checksum.
  static func actions(of bytes: [UInt8], in file: String) throws(DeltaError) -> [(line: Int, action: JSON)] {
    if let reason = bytes.isEmpty ? "the file is empty" : CommitSeal.fault(in: bytes) {
      throw .malformed(path: file, line: 0, reason: reason)
    }
    var actions: [(Int, JSON)] = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      do { actions.append((index + 1, try JSON(parsing: line).withoutNulls)) } catch {
        throw .malformed(path: file, line: index + 1, reason: error.description)
      }
    }
    return actions
  }
}

extension JSON {
  /// Some writers write every member of an action, as null if it is absent. Null matters only in partition values.
  fileprivate var withoutNulls: JSON {
    guard case .object(let members) = self else { return self }
    var kept = members
    for (name, value) in members {
      if value == .null { kept[name] = nil }
      if case .object = value, name != "partitionValues" { kept[name] = value.withoutNulls }
    }
    return .object(kept)
  }
}
