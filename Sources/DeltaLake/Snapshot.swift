package import Columnar
import DurableFiles
import JSONText

/// A table at one version. Later commits do not change it.
package struct Snapshot: Sendable {
  /// A data file of the table.
  package struct DataFile: Hashable, Sendable {
    /// Relative to the table's folder, percent-decoded.
    package let path: String
    /// The path as written in the log, which a removal must repeat.
    let writtenPath: String
    /// Orders the files as they were added.
    let order: Int
    /// The file's size, in bytes.
    package let size: Int64
    let modificationTime: Int64
    /// The values of the partition columns, which the file does not hold; nil for null.
    package let partitionValues: [String: String?]
    /// The statistics, as JSON, as written.
    let statistics: String?
    let tags: JSON?
    let hasDeletionVector: Bool

    /// Nil if its writer did not record it.
    package var rowCount: Int64? {
      FileStatistics(self)?.rowCount
    }
  }

  /// An application's last version.
  struct Noted: Hashable, Sendable {
    let version: Int64
    let lastUpdated: Int64?
  }

  /// The table's folder.
  package let path: String
  /// The version's number.
  package let version: Int64
  /// The table's columns at this version.
  package let schema: Schema
  /// The partition columns: the log holds their values, not the files.
  package let partitionColumns: [String]
  /// The table's properties: `delta.…` and those of its writers.
  package let properties: [String: String]
  /// What the table demands of writers that this one does not do; nil if it can be written.
  let writerDemand: String?
  let replay: LogReplay
  /// The newest commit's file: another file with that name belongs to another table.
  private let stamp: Stamp

  private struct Stamp: Hashable {
    let size: Int64
    let modified: Int64
  }

  var tableID: String { replay.metadata?["id"]?.text ?? "" }
  var schemaText: String { replay.metadata?["schemaString"]?.text ?? "" }

  /// The data files, in the order in which they were added.
  package var files: [DataFile] { replay.files.values.sorted { $0.order < $1.order } }

  /// How many data files there are.
  package var fileCount: Int { replay.files.count }

  /// The last version of each application: a streaming query's batch.
  package var transactions: [String: Int64] { replay.transactions.mapValues(\.version) }

  /// The application with the last transaction, by its own clock; nil without any.
  package var lastApplication: String? {
    replay.transactions.max { ($0.value.lastUpdated ?? .min, $0.key) < ($1.value.lastUpdated ?? .min, $1.key) }?.key
  }

  /// The newest commit's transaction; nil if it has none.
  package var lastTransaction: DeltaTable.Transaction? { replay.lastTransaction }

  /// Whether rows may only be added.
  package var isAppendOnly: Bool { properties["delta.appendOnly"] == "true" }

  /// From the files' statistics; nil if one has none.
  package var rowCount: Int64? {
    replay.files.values.reduce(0) { sum, file in
      guard let sum, let count = file.rowCount, count >= 0 else { return nil }
      let (total, overflow) = sum.addingReportingOverflow(count)
      return overflow ? nil : total
    }
  }

  /// Whether it is the newest version, and the table was not replaced.
  package var isCurrent: Bool {
    let log = path + "/_delta_log/"
    return (try? Self.stamp(of: log + LogFolder.number(version) + ".json")) == stamp
      && (try? DurableFiles.exists(log + LogFolder.number(version + 1) + ".json")) == false
  }

  /// The table's newest version; reads only later commits.
  package func updated() throws(DeltaError) -> Snapshot {
    let log = path + "/_delta_log/"
    guard (try? Self.stamp(of: log + LogFolder.number(version) + ".json")) == stamp else {
      return try Snapshot(replaying: path, upTo: nil)
    }
    let listing = try LogFolder(of: path)
    let newer = listing.versions.filter { $0 > version }
    guard let last = newer.last else { return self }
    // A missing version was deleted by a log cleanup, or is damage: replaying the whole log shows which.
    guard newer.elementsEqual(version + 1...last) else { return try Snapshot(replaying: path, upTo: nil) }
    var replay = self.replay
    for version in newer { try replay.read(commit: listing.commit(version)) }
    // A query updates its snapshot for months, so removed files are forgotten as checkpoints forget them.
    if last / 10 > version / 10 { replay.forgetRemovals(before: DeltaTable.now - tombstoneRetention) }
    return try Snapshot(replay, version: last)
  }

  private static func stamp(of file: String) throws(FileError) -> Stamp {
    let status = try DurableFiles.status(of: file)
    return Stamp(size: status.size, modified: status.modified)
  }
}

extension Snapshot: Hashable {
  package static func == (left: Snapshot, right: Snapshot) -> Bool {
    left.path == right.path && left.version == right.version && left.stamp == right.stamp
      && left.tableID == right.tableID
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(path)
    hasher.combine(version)
    hasher.combine(stamp)
  }
}

// MARK: Replaying the log

extension Snapshot {
  /// Replays the log of a table up to a version, or to its newest one.
  init(replaying path: String, upTo wanted: Int64?) throws(DeltaError) {
    guard try LogFolder.exists(path + "/_delta_log") else { throw .notATable(path: path) }
    let log = try LogFolder(of: path)
    guard let newest = max(log.versions.last ?? -1, log.checkpoints.last?.version ?? -1) as Int64?, newest >= 0 else {
      throw .notATable(path: path)
    }
    if let wanted, !(0...newest).contains(wanted) {
      throw .noSuchVersion(path: path, wanted: wanted, newest: newest)
    }
    let last = wanted ?? newest
    var (replay, start) = try LogReplay.beginning(at: last, in: log, table: path)
    let present = Set(log.versions)
    for version in start..<(last + 1) {
      guard present.contains(version) else {
        // A version that a log cleanup deleted is not damage, and cannot be read.
        let isCleaned = wanted != nil && log.checkpoints.contains { $0.version > version }
        throw isCleaned
          ? .versionGone(path: path, wanted: last, oldest: log.checkpoints.first?.version ?? 0)
          : .missingVersion(path: path, version: version)
      }
      try replay.read(commit: log.commit(version))
    }
    if start > last { try replay.noteTransaction(of: log.commit(last)) }
    try self.init(replay, version: last)
  }

  init(_ replay: LogReplay, version: Int64) throws(DeltaError) {
    let path = replay.table
    let log = path + "/_delta_log"
    guard let metadata = replay.metadata, let schemaText = metadata["schemaString"]?.text, metadata["id"]?.text != nil
    else { throw .malformed(path: log, line: 0, reason: "there is no metaData with a schema") }
    self.path = path
    self.version = version
    self.replay = replay
    properties = (metadata["configuration"]?.members ?? [:]).compactMapValues(\.text)
    let demands = TableProtocol(action: replay.protocolAction, configuration: properties, schemaText: schemaText)
    if let feature = demands.readerDemand { throw .unsupported(path: path, feature: feature) }
    writerDemand = demands.writerDemand
    schema = try SchemaText.schema(of: schemaText, table: path)
    partitionColumns = metadata["partitionColumns"]?.elements?.compactMap(\.text) ?? []
    for name in partitionColumns where !schema.names.contains(name) {
      throw .malformed(path: log, line: 0, reason: "the partition column '\(name)' is not a column")
    }
    for file in replay.files.values {
      if file.hasDeletionVector { throw .unsupported(path: path, feature: "deletion vectors") }
      if let name = partitionColumns.first(where: { file.partitionValues[$0] == nil }) {
        throw .malformed(
          path: log, line: 0, reason: "the file \(file.path) has no value of the partition column '\(name)'")
      }
    }
    stamp =
      (try? Self.stamp(of: log + "/" + LogFolder.number(version) + ".json")) ?? Stamp(size: -1, modified: -1)
  }
}
