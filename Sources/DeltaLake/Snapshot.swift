package import Columnar
import DurableFiles
import JSONText

/// A table at one version: what the log up to it adds up to. Later commits do not change it.
package struct Snapshot: Sendable {
  /// A data file that is part of the table.
  package struct DataFile: Hashable, Sendable {
    /// Relative to the table's folder, percent-decoded.
    package let path: String
    /// As the log has it, which a removal must repeat.
    let writtenPath: String
    /// By which the files are in the order in which they were added.
    let order: Int
    package let size: Int64
    let modificationTime: Int64
    /// Of the partition columns, which the file does not hold; nil for null.
    package let partitionValues: [String: String?]
    /// JSON, as its writer left it.
    let statistics: String?
    let tags: JSON?
    let hasDeletionVector: Bool

    /// Nil where its writer did not say.
    package var rowCount: Int64? {
      FileStatistics(self)?.rowCount
    }
  }

  /// The last version that an application has noted.
  struct Noted: Hashable, Sendable {
    let version: Int64
    let lastUpdated: Int64?
  }

  package let path: String
  package let version: Int64
  package let schema: Schema
  /// Whose values stand in the log instead of the files.
  package let partitionColumns: [String]
  /// The table's properties, `delta.…` and its writers' own.
  package let properties: [String: String]
  /// Why we must not write to it: what its protocol or its columns ask of a writer; nil where nothing does.
  let writerDemand: String?
  let replay: LogReplay
  /// The newest commit's file as it was read: another one of that name is another table's.
  private let stamp: Stamp

  private struct Stamp: Hashable {
    let size: Int64
    let modified: Int64
  }

  var tableID: String { replay.metadata?["id"]?.text ?? "" }
  var schemaText: String { replay.metadata?["schemaString"]?.text ?? "" }

  /// In the order in which they were added.
  package var files: [DataFile] { replay.files.values.sorted { $0.order < $1.order } }

  package var fileCount: Int { replay.files.count }

  /// The last version that each application has noted, a streaming query's batch.
  package var transactions: [String: Int64] { replay.transactions.mapValues(\.version) }

  /// The application that noted a version last, by its own clock; nil if none did.
  package var lastApplication: String? {
    replay.transactions.max { ($0.value.lastUpdated ?? .min, $0.key) < ($1.value.lastUpdated ?? .min, $1.key) }?.key
  }

  /// What the newest commit carried; nil where a commit without transaction came last.
  package var lastTransaction: DeltaTable.Transaction? { replay.lastTransaction }

  /// Whether rows may only be added.
  package var isAppendOnly: Bool { properties["delta.appendOnly"] == "true" }

  /// From the files' statistics; nil where one has none.
  package var rowCount: Int64? {
    replay.files.values.reduce(0) { sum, file in
      guard let sum, let count = file.rowCount, count >= 0 else { return nil }
      let (total, overflow) = sum.addingReportingOverflow(count)
      return overflow ? nil : total
    }
  }

  /// Whether nothing was committed since, and nobody has put another table in the place of this one.
  package var isCurrent: Bool {
    let log = path + "/_delta_log/"
    return (try? Self.stamp(of: log + LogFolder.number(version) + ".json")) == stamp
      && (try? DurableFiles.exists(log + LogFolder.number(version + 1) + ".json")) == false
  }

  /// The table's newest version: what was committed since is read, and no more.
  package func updated() throws(DeltaError) -> Snapshot {
    let log = path + "/_delta_log/"
    guard (try? Self.stamp(of: log + LogFolder.number(version) + ".json")) == stamp else {
      return try Snapshot(replaying: path, upTo: nil)
    }
    let listing = try LogFolder(of: path)
    let newer = listing.versions.filter { $0 > version }
    guard let last = newer.last else { return self }
    // A version that is missing was cleaned away behind a checkpoint, or is damage: the whole log says which.
    guard newer.elementsEqual(version + 1...last) else { return try Snapshot(replaying: path, upTo: nil) }
    var replay = self.replay
    for version in newer { try replay.read(commit: listing.commit(version)) }
    // A query updates its table's snapshot for months: now and then, it forgets what its checkpoints no longer name either.
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
  /// Replays the log of a table up to a version, or to its newest.
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
        // What was cleaned away behind a checkpoint is no damage, and cannot be had.
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
      throw .malformed(path: log, line: 0, reason: "the partition column '\(name)' is no column")
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
