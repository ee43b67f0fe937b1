import CivilTime
import Columnar
import DurableFiles
import JSONText
import Parquet

/// What a log adds up to: the newest of everything.
struct LogReplay {
  let table: String
  var protocolAction: JSON = ["minReaderVersion": 1, "minWriterVersion": 2]
  var metadata: JSON?
  /// By their paths as the log has them.
  private(set) var files: [String: Snapshot.DataFile] = [:]
  /// Removed files, which a vacuum may delete and a checkpoint remembers for a while.
  private(set) var tombstones: [String: JSON] = [:]
  private(set) var transactions: [String: Snapshot.Noted] = [:]
  private(set) var lastTransaction: DeltaTable.Transaction?
  private var added = 0

  /// What a reader must know and we do.
  static let readerFeatures: Set<String> = ["v2Checkpoint", "vacuumProtocolCheck"]

  init(table: String) { self.table = table }

  /// Takes in a commit.
  mutating func read(commit file: String) throws(DeltaError) {
    try take(try LogFolder.actions(in: file), file: file)
  }

  /// Likewise, of a commit's actions.
  mutating func take(_ actions: [(line: Int, action: JSON)], file: String) throws(DeltaError) {
    lastTransaction = nil
    // Removals first: within a commit the order of actions means nothing.
    for (_, action) in actions { remove(action) }
    for (line, action) in actions { try add(action, file: file, line: line) }
  }

  /// Begins at a checkpoint.
  ///
  /// - Throws: ``DeltaError`` for one that is damaged, or holds less or other than a checkpoint does.
  mutating func read(_ checkpoint: LogFolder.Checkpoint, in log: LogFolder) throws(DeltaError) {
    var (protocols, metadatas, count) = (0, 0, 0)
    var names = checkpoint.names[...]
    while let name = names.popFirst() {
      let file = log.path + "/" + name
      for (row, action) in try Self.actions(ofCheckpoint: file).enumerated() {
        if action["protocol"] != nil { protocols += 1 }
        if action["metaData"] != nil { metadatas += 1 }
        if action.members?.isEmpty == false { count += 1 }
        // Only the checkpoint itself names files beside it, and these hold files of the table alone.
        if let sidecar = action["sidecar"]?["path"]?.text {
          guard !name.hasPrefix("_sidecars/"), sidecar.hasSuffix(".parquet") else {
            throw .malformed(
              path: file, line: row + 1, reason: "a file beside the checkpoint that cannot be one: \(sidecar)")
          }
          guard !sidecar.contains("/") else { throw .escapingPath(table: table, path: sidecar) }
          names.append("_sidecars/" + sidecar)
        }
        if let removal = action["remove"], let path = removal["path"]?.text { tombstones[path] = removal }
        try add(action, file: file, line: row + 1)
      }
    }
    let file = log.path + "/" + checkpoint.names[0]
    guard protocols == 1, metadatas == 1 else {
      throw .malformed(
        path: file, line: 0,
        reason: "the checkpoint has \(protocols) protocols and \(metadatas) schemas, not one of each")
    }
    // A hint, of which only a contradiction matters.
    if checkpoint.names.count == 1, checkpoint.names[0].hasSuffix(".checkpoint.parquet"),
      let hint = (try? DurableFiles.read(log.path + "/_last_checkpoint")).flatMap({ try? JSON(parsing: $0) }),
      hint["version"]?.integer == checkpoint.version, let size = hint["size"]?.integer, size != Int64(count)
    {
      throw .malformed(
        path: file, line: 0, reason: "the checkpoint holds \(count) actions, but _last_checkpoint promises \(size)")
    }
  }

  private static func actions(ofCheckpoint file: String) throws(DeltaError) -> [JSON] {
    if file.hasSuffix(".json") { return try LogFolder.actions(in: file).map(\.action) }
    guard try LogFolder.exists(file) else { throw .missingDataFile(path: file) }
    do { return try ParquetRecords.read(file) } catch { throw .parquet(error) }
  }

  /// Notes which transaction a commit carried that a checkpoint has taken in.
  mutating func noteTransaction(of file: String) throws(DeltaError) {
    lastTransaction = nil
    guard try LogFolder.exists(file) else { return }
    for (_, action) in try LogFolder.actions(in: file) {
      if let transaction = DeltaTable.Transaction(action) { lastTransaction = transaction }
    }
  }

  private mutating func remove(_ action: JSON) {
    guard let removal = action["remove"], let path = removal["path"]?.text else { return }
    files[path] = nil
    tombstones[path] = removal
  }

  private mutating func add(_ action: JSON, file: String, line: Int) throws(DeltaError) {
    if let wanted = action["protocol"] {
      try check(wanted)
      protocolAction = wanted
    }
    if let metadata = action["metaData"] { self.metadata = metadata }
    if let transaction = DeltaTable.Transaction(action) {
      transactions[transaction.applicationID] = Snapshot.Noted(
        version: transaction.version, lastUpdated: action["txn"]?["lastUpdated"]?.integer)
      lastTransaction = transaction
    }
    guard let add = action["add"] else { return }
    guard let written = add["path"]?.text, let size = add["size"]?.integer, size >= 0 else {
      throw .malformed(path: file, line: line, reason: "an added file without path or size")
    }
    if let deletion = add["deletionVector"], deletion != .null {
      throw .unsupported(path: table, feature: "deletion vectors")
    }
    tombstones[written] = nil
    added += 1
    files[written] = Snapshot.DataFile(
      path: try PathText.decoded(written, table: table), writtenPath: written, order: files[written]?.order ?? added,
      size: size, modificationTime: add["modificationTime"]?.integer ?? 0,
      partitionValues: add["partitionValues"]?.members?.mapValues(\.text) ?? [:], statistics: add["stats"]?.text,
      tags: add["tags"])
  }

  private func check(_ action: JSON) throws(DeltaError) {
    guard let reader = action["minReaderVersion"]?.integer, reader > 1 else { return }
    guard reader == 3 else {
      throw .unsupported(path: table, feature: "reader version \(reader)" + (reader == 2 ? " (column mapping)" : ""))
    }
    let unknown = (action["readerFeatures"]?.elements?.compactMap(\.text) ?? []).filter {
      !Self.readerFeatures.contains($0)
    }
    if !unknown.isEmpty {
      throw .unsupported(path: table, feature: "the reader features \(unknown.sorted().joined(separator: ", "))")
    }
  }
}

extension DeltaTable.Transaction {
  /// Nil for another action.
  init?(_ action: JSON) {
    guard let id = action["txn"]?["appId"]?.text, let version = action["txn"]?["version"]?.integer else { return nil }
    self.init(applicationID: id, version: version)
  }
}

/// File names in the log: percent-encoded, relative to the table.
enum PathText {
  /// Undoes a URI's percent encoding, and refuses what would lead out of the table.
  static func decoded(_ path: String, table: String) throws(DeltaError) -> String {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    let decoded = String(decoding: bytes, as: UTF8.self)
    let parts = decoded.split(separator: "/", omittingEmptySubsequences: false)
    guard !decoded.contains("://"), !decoded.hasPrefix("/"), !parts.contains(".."), !decoded.contains("\0") else {
      throw .escapingPath(table: table, path: path)
    }
    return decoded
  }

  /// Without empty segments and those that mean the folder itself.
  static func normalized(_ path: String) -> String {
    path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Encodes what a URI's path may not hold as it is (RFC 2396).
  static func encoded(_ path: String) -> String {
    path.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte))
      return isPlain || "-_.!~*'()/=".utf8.contains(byte) ? String(Character(scalar)) : escape(byte)
    }.joined()
  }

  /// A partition's value in a folder's name, as Hive writes it.
  static func folderName(_ text: String) -> String {
    text.utf8.map { byte in
      let isSafe = byte >= 0x80 || !(byte < 0x20 || byte == 0x7F || "\"#%'*/:=?\\{}[]^".utf8.contains(byte))
      return isSafe ? [byte] : Array(escape(byte).utf8)
    }.reduce(into: [UInt8]()) { $0 += $1 }.text
  }

  private static func escape(_ byte: UInt8) -> String {
    "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }
}

extension [UInt8] {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
