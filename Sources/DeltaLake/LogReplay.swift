import CivilTime
import Columnar
import DurableFiles
import JSONText
import Parquet

/// The state that a log results in.
struct LogReplay {
  let table: String
  var protocolAction: JSON = ["minReaderVersion": 1, "minWriterVersion": 2]
  var metadata: JSON?
  /// The live files by their paths within the table's folder, decoded: a path has several encodings.
  private(set) var files: [String: Snapshot.DataFile] = [:]
  /// Removed files: a vacuum may delete them, and checkpoints keep them for a while.
  private(set) var tombstones: [String: JSON] = [:]
  private(set) var transactions: [String: Snapshot.Noted] = [:]
  private(set) var lastTransaction: DeltaTable.Transaction?
  private var added = 0

  init(table: String) { self.table = table }

  /// Applies a commit.
  mutating func read(commit file: String) throws(DeltaError) {
    try take(try LogFolder.actions(in: file), file: file)
  }

  /// Applies a commit's actions.
  mutating func take(_ actions: [(line: Int, action: JSON)], file: String) throws(DeltaError) {
    lastTransaction = nil
    // Removals first: actions within a commit have no order.
    for (line, action) in actions { try remove(action, file: file, line: line) }
    for (line, action) in actions { try add(action, file: file, line: line) }
  }

  /// Starts from a checkpoint.
  ///
  /// - Throws: ``DeltaError`` for one that is damaged, or holds less or other than a checkpoint does.
  mutating func read(_ checkpoint: LogFolder.Checkpoint, in log: LogFolder) throws(DeltaError) {
    var (protocols, metadatas) = (0, 0)
    var names = checkpoint.names[...]
    while let name = names.popFirst() {
      let file = log.path + "/" + name
      for (row, action) in try Self.actions(ofCheckpoint: file).enumerated() {
        if action["protocol"] != nil { protocols += 1 }
        if action["metaData"] != nil { metadatas += 1 }
        // Only the checkpoint itself names sidecar files, and these hold file actions alone.
        if let sidecar = action["sidecar"]?["path"]?.text {
          guard !name.hasPrefix("_sidecars/"), sidecar.hasSuffix(".parquet") else {
            throw .malformed(
              path: file, line: row + 1, reason: "a file beside the checkpoint that cannot be one: \(sidecar)")
          }
          guard !sidecar.contains("/") else { throw .escapingPath(table: table, path: sidecar) }
          names.append("_sidecars/" + sidecar)
        }
        try remove(action, file: file, line: row + 1)
        try add(action, file: file, line: row + 1)
      }
    }
    guard protocols == 1, metadatas == 1 else {
      throw .malformed(
        path: log.path + "/" + checkpoint.names[0], line: 0,
        reason: "the checkpoint has \(protocols) protocols and \(metadatas) schemas, not one of each")
    }
  }

  /// The state of the newest readable checkpoint at or before a version, and the version from which commits must
  /// be applied to it: 0 without a checkpoint.
  ///
  /// If a checkpoint is unreadable, uses an older one, or the whole log, which hold the same state.
  /// - Throws: the error of the newest checkpoint, if commits are missing to do without it.
  static func beginning(
    at version: Int64, in log: LogFolder, table: String
  ) throws(DeltaError) -> (replay: LogReplay, start: Int64) {
    var fault: DeltaError?
    for checkpoint in log.checkpoints.reversed() where checkpoint.version <= version {
      guard fault == nil || log.holds(from: checkpoint.version + 1, to: version) else { break }
      do throws(DeltaError) {
        var replay = LogReplay(table: table)
        try replay.read(checkpoint, in: log)
        return (replay, checkpoint.version + 1)
      } catch {
        fault = fault ?? error
      }
    }
    if let fault, !log.holds(from: 0, to: version) { throw fault }
    return (LogReplay(table: table), 0)
  }

  private static func actions(ofCheckpoint file: String) throws(DeltaError) -> [JSON] {
    if file.hasSuffix(".json") { return try LogFolder.actions(in: file).map(\.action) }
    guard try LogFolder.exists(file) else { throw .missingDataFile(path: file) }
    do { return try ParquetRecords.read(file) } catch { throw .parquet(error) }
  }

  /// Records the transaction of a commit that a checkpoint covers.
  mutating func noteTransaction(of file: String) throws(DeltaError) {
    lastTransaction = nil
    guard try LogFolder.exists(file) else { return }
    for (_, action) in try LogFolder.actions(in: file) {
      if let transaction = DeltaTable.Transaction(action) { lastTransaction = transaction }
    }
  }

  /// Forgets files that were removed at a time, in milliseconds since 1970, or before.
  mutating func forgetRemovals(before time: Int64) {
    tombstones = tombstones.filter { $0.value["deletionTimestamp"]?.integer ?? 0 > time }
  }

  private mutating func remove(_ action: JSON, file: String, line: Int) throws(DeltaError) {
    guard let removal = action["remove"] else { return }
    guard let written = removal["path"]?.text else {
      throw .malformed(path: file, line: line, reason: "a removed file without path")
    }
    // Files outside of the table were never added.
    guard let path = try? PathText.decoded(written, table: table) else { return }
    files[PathText.normalized(path)] = nil
    tombstones[PathText.normalized(path)] = removal
  }

  private mutating func add(_ action: JSON, file: String, line: Int) throws(DeltaError) {
    func malformed(_ reason: String) -> DeltaError { .malformed(path: file, line: line, reason: reason) }
    if let wanted = action["protocol"] {
      guard wanted["minReaderVersion"]?.integer != nil else { throw malformed("a protocol without minReaderVersion") }
      protocolAction = wanted
    }
    if let metadata = action["metaData"] { self.metadata = metadata }
    if action["txn"] != nil {
      guard let transaction = DeltaTable.Transaction(action) else { throw malformed("a txn without appId or version") }
      transactions[transaction.applicationID] = Snapshot.Noted(
        version: transaction.version, lastUpdated: action["txn"]?["lastUpdated"]?.integer)
      lastTransaction = transaction
    }
    guard let add = action["add"] else { return }
    guard let written = add["path"]?.text, let size = add["size"]?.integer, size >= 0 else {
      throw malformed("an added file without path or size")
    }
    let path = try PathText.decoded(written, table: table)
    let key = PathText.normalized(path)
    var values: [String: String?] = [:]
    for (name, value) in add["partitionValues"]?.members ?? [:] {
      guard value == .null || value.text != nil else {
        throw malformed("the partition value of '\(name)' is not a text")
      }
      values[name] = .some(value.text)
    }
    tombstones[key] = nil
    added += 1
    files[key] = Snapshot.DataFile(
      path: path, writtenPath: written, order: files[key]?.order ?? added, size: size,
      modificationTime: add["modificationTime"]?.integer ?? 0, partitionValues: values,
      statistics: add["stats"]?.text, tags: add["tags"], hasDeletionVector: add["deletionVector"] != nil)
  }
}

extension DeltaTable.Transaction {
  /// Nil if the action is not an added file.
  init?(_ action: JSON) {
    guard let id = action["txn"]?["appId"]?.text, let version = action["txn"]?["version"]?.integer else { return nil }
    self.init(applicationID: id, version: version)
  }
}

/// File names in the log: percent-encoded, relative to the table.
enum PathText {
  /// Decodes a URI's percent encoding, and refuses paths that lead out of the table.
  static func decoded(_ path: String, table: String) throws(DeltaError) -> String {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
      if byte == UInt8(ascii: "%"), digits.count == 2 {
        bytes.append(UInt8(digits[0] << 4 | digits[1]))
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw .malformed(path: table + "/_delta_log", line: 0, reason: "the file name \(path) is not UTF-8")
    }
    if decoded.hasPrefix("/") || hasScheme(decoded) { throw .shallowClone(table: table, path: path) }
    let parts = decoded.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(".."), !decoded.contains("\0") else { throw .escapingPath(table: table, path: path) }
    return decoded
  }

  /// Whether a path begins with a scheme, such as `file:/` or `s3://`. A colon alone does not make a file name a URI.
  private static func hasScheme(_ path: String) -> Bool {
    let name = path.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    return !name.isEmpty && path[name.endIndex...].hasPrefix(":/")
  }

  /// The path without empty and `.` segments.
  static func normalized(_ path: String) -> String {
    path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  /// Percent-encodes characters that a URI's path may not hold (RFC 2396).
  static func encoded(_ path: String) -> String {
    path.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte))
      return isPlain || "-_.!~*'()/=".utf8.contains(byte) ? String(Character(scalar)) : escape(byte)
    }.joined()
  }

  /// Encodes a partition's value for a folder name, as Hive does.
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
