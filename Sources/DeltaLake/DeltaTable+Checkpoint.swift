import DurableFiles
import JSONText
import Parquet

extension DeltaTable {
  /// The number of commits after which a checkpoint is written, unless the table sets `delta.checkpointInterval`.
  private static let checkpointInterval: Int64 = 10

  /// Writes a checkpoint if one is due. A version is valid without one, so that a failure here does not fail the
  /// commit.
  func keepCheckpoint(after version: Int64, of snapshot: Snapshot) {
    let interval = snapshot.properties["delta.checkpointInterval"].flatMap { Int64($0) } ?? Self.checkpointInterval
    guard interval > 0, version % interval == 0, let newest = try? snapshot.updated(), newest.version == version else {
      return
    }
    do {
      try writeCheckpoint(of: newest)
      try cleanLog(of: newest, now: Self.now)
    } catch {
      // The next checkpoint makes up for it.
    }
  }

  /// Writes the state of a version to one Parquet file, and points to it.
  func writeCheckpoint(of snapshot: Snapshot) throws {
    let actions = snapshot.checkpointActions(at: Self.now)
    let log = path + "/_delta_log/"
    let bytes = ParquetRecords.encode(actions, as: Self.checkpointShape)
    try DurableFiles.replace(log + LogFolder.number(snapshot.version) + ".checkpoint.parquet", with: bytes)
    let hint: JSON = [
      "version": .integer(snapshot.version), "size": .integer(Int64(actions.count)),
      "sizeInBytes": .integer(Int64(bytes.count)), "numOfAddFiles": .integer(Int64(snapshot.fileCount)),
    ]
    try DurableFiles.replace(log + "_last_checkpoint", with: Array(hint.description.utf8))
  }

  /// The columns of a checkpoint, as the protocol defines them.
  private static let checkpointShape: [ParquetRecords.Member] = [
    .init("txn", .structure([.init("appId", .string), .init("version", .long), .init("lastUpdated", .long)])),
    .init(
      "add",
      .structure([
        .init("path", .string), .init("partitionValues", .map), .init("size", .long), .init("modificationTime", .long),
        .init("dataChange", .boolean), .init("tags", .map), .init("stats", .string),
      ])),
    .init(
      "remove",
      .structure([
        .init("path", .string), .init("deletionTimestamp", .long), .init("dataChange", .boolean),
        .init("extendedFileMetadata", .boolean), .init("partitionValues", .map), .init("size", .long),
      ])),
    .init(
      "metaData",
      .structure([
        .init("id", .string), .init("name", .string), .init("description", .string),
        .init("format", .structure([.init("provider", .string), .init("options", .map)])),
        .init("schemaString", .string), .init("partitionColumns", .list(.string)), .init("configuration", .map),
        .init("createdTime", .long),
      ])),
    .init(
      "protocol",
      .structure([
        .init("minReaderVersion", .integer), .init("minWriterVersion", .integer),
        .init("readerFeatures", .list(.string)), .init("writerFeatures", .list(.string)),
      ])),
  ]
}

extension Snapshot {
  /// The state as actions: one each of protocol and metaData, one per transaction, per live file, and per removed file that
  /// readers of older versions may still need.
  fileprivate func checkpointActions(at now: Int64) -> [JSON] {
    var actions: [JSON] = [["protocol": replay.protocolAction]]
    if let metadata = replay.metadata { actions.append(["metaData": metadata]) }
    for (id, noted) in replay.transactions.sorted(by: { $0.key < $1.key }) {
      var members: [String: JSON] = ["appId": .string(id), "version": .integer(noted.version)]
      members["lastUpdated"] = noted.lastUpdated.map(JSON.integer)
      actions.append(["txn": .object(members)])
    }
    for file in files {
      var members: [String: JSON] = [
        "path": .string(file.writtenPath), "size": .integer(file.size),
        "partitionValues": .object(file.partitionValues.mapValues { $0.map(JSON.string) ?? .null }),
        "modificationTime": .integer(file.modificationTime), "dataChange": false,
      ]
      members["stats"] = file.statistics.map(JSON.string)
      members["tags"] = file.tags
      actions.append(["add": .object(members)])
    }
    for (_, removal) in replay.tombstones.sorted(by: { $0.key < $1.key })
    where removal["deletionTimestamp"]?.integer ?? 0 > now - tombstoneRetention {
      var members = removal.members ?? [:]
      members["dataChange"] = false
      actions.append(["remove": .object(members)])
    }
    return actions
  }
}
