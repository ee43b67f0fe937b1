package import DurableFiles
package import JSONText

/// A query's memory between runs, in a folder, laid out as Spark's:
///
///     metadata      the query's id for life, and its plan
///     sources/0     where the query began: the first offset of each partition
///     offsets/N     written before batch N: its watermark, and where it ends in each partition
///     state/…       the aggregation after each batch; see StateStore
///     commits/N     written after the sink has batch N: the next batch's watermark
///     rejected/N    the events of batch N that were kept aside
///
/// A batch with offsets and without commit is run again, over the same events on the state before it. The value holds the
/// checkpoint's lock, so that one run has it at a time.
package struct Checkpoint: Sendable {
  /// What is written down of a batch before it begins.
  package struct Planned: Hashable, Sendable {
    /// The next offset of each partition.
    package let endOffsets: [Int64]
    /// Milliseconds since 1970; nil before there is one.
    package let watermark: Int64?
  }

  /// The checkpoint's folder.
  package let path: String
  /// Names the query in the sink.
  package let queryID: String
  /// Whether the query began anew over a sink that may hold an older one's rows.
  package let replaces: Bool

  /// Of batches so many are remembered, as Spark does (`minBatchesToRetain`).
  private static let batchesKept: Int64 = 100

  private let lock: FileLock

  /// Opens a checkpoint and takes it for a run, or begins one where there is none.
  ///
  /// - Parameters:
  ///   - restarting: whether to forget what is there, and to take the place of what the sink holds. Stopped in the middle,
  ///     the next opening goes on with it.
  ///   - newID: gives the id of a query that begins.
  /// - Throws: ``CheckpointError`` where another plan's state is kept there, another run has it, or a file is not readable.
  package init(at path: String, plan: [String], restarting: Bool = false, newID: () -> String) throws(CheckpointError) {
    self.path = path
    let folders = ["offsets", "state", "commits", "rejected", "sources"]
    do {
      try DurableFiles.createFolder(path)
      lock = try FileLock(path + "/lock")
      let file = path + "/metadata"
      var metadata: JSON?
      if !restarting, try DurableFiles.exists(file) { metadata = try JSON(parsing: try DurableFiles.read(file)) }
      let isRestart = restarting || metadata?["restarting"]?.boolean == true
      if isRestart {
        try DurableFiles.replace(file, with: Array((["restarting": true] as JSON).description.utf8))
        for name in folders { try DurableFiles.remove(path + "/" + name) }
        metadata = nil
      }
      for name in folders {
        try DurableFiles.createFolder(path + "/" + name)
        // A run that was killed may have left names there that it had not synced.
        try DurableFiles.syncFolder(path + "/" + name)
      }
      if let metadata {
        guard let id = metadata["id"]?.text, let saved = metadata["plan"]?.elements?.compactMap(\.text) else {
          throw CheckpointError.damaged(path: file)
        }
        guard saved == plan else { throw CheckpointError.otherPlan(path: path, saved: saved, wanted: plan) }
        queryID = id
        replaces = metadata["replaces"]?.boolean ?? false
      } else {
        queryID = newID()
        replaces = isRestart
        let metadata: JSON = [
          "id": .string(queryID), "plan": .array(plan.map(JSON.string)), "replaces": .boolean(replaces),
        ]
        try DurableFiles.replace(file, with: Array(metadata.written(indent: 1).utf8))
      }
    } catch let held as FileLock.Held {
      throw CheckpointError.inUse(path: path, holder: held.holder)
    } catch {
      throw CheckpointError.of(error, path: path + "/metadata")
    }
  }

  /// Gives the checkpoint to others.
  package func release() { lock.release() }

  /// Where the query began: the first offset of each partition; written down by the first who asks.
  package func startOffsets(_ offsets: () -> [Int64]) throws(CheckpointError) -> [Int64] {
    let isNoted: Bool
    do { isNoted = try DurableFiles.exists(path + "/sources/0") } catch { throw .file(error) }
    guard isNoted else {
      let offsets = offsets()
      try write([.array(offsets.map(JSON.integer))], to: "sources/0")
      return offsets
    }
    guard let elements = try read("sources/0", lineCount: 1)[0].elements else {
      throw .damaged(path: path + "/sources/0")
    }
    return elements.compactMap(\.integer)
  }

  /// The newest batch of which the end was planned; nil before the first.
  package func lastPlanned() throws(CheckpointError) -> Int64? { try newest("offsets") }

  /// The newest batch that the sink is known to have; nil before the first.
  package func lastCommitted() throws(CheckpointError) -> Int64? { try newest("commits") }

  /// What was written down before a batch began.
  package func planned(_ batch: Int64) throws(CheckpointError) -> Planned {
    let file = "offsets/\(batch)"
    let lines = try read(file, lineCount: 2)
    guard let partitions = lines[1].members?.values.first?.members, lines[0].members != nil else {
      throw .damaged(path: path + "/" + file)
    }
    let offsets = (0..<partitions.count).compactMap { partitions[String($0)]?.integer }
    guard offsets.count == partitions.count else { throw .damaged(path: path + "/" + file) }
    return Planned(endOffsets: offsets, watermark: lines[0]["batchWatermarkMs"]?.integer)
  }

  /// Writes down, before a batch begins, where it ends. Durable when it returns.
  ///
  /// - Parameter time: milliseconds since 1970, for people.
  package func plan(_ batch: Int64, _ planned: Planned, source: String, time: Int64) throws(CheckpointError) {
    let offsets = planned.endOffsets.enumerated().map { (String($0.offset), JSON.integer($0.element)) }
    var head: [String: JSON] = ["batchTimestampMs": .integer(time), "conf": [:]]
    head["batchWatermarkMs"] = planned.watermark.map(JSON.integer)
    try write(
      [.object(head), [source: .object(Dictionary(offsets, uniquingKeysWith: { $1 }))]], to: "offsets/\(batch)")
  }

  /// Milliseconds since 1970: the watermark behind a batch that was committed; nil before there is one.
  package func watermark(behind batch: Int64) throws(CheckpointError) -> Int64? {
    let line = try read("commits/\(batch)", lineCount: 1)[0]
    guard line.members != nil else { throw .damaged(path: path + "/commits/\(batch)") }
    return line["nextBatchWatermarkMs"]?.integer
  }

  /// Writes the events that were kept aside, one JSON object a line; nothing where there are none.
  package func keepRejected(_ lines: [JSON], of batch: Int64) throws(CheckpointError) {
    guard !lines.isEmpty else { return }
    let text = lines.map { $0.description + "\n" }.joined()
    do { try DurableFiles.replace(path + "/rejected/\(batch)", with: Array(text.utf8)) } catch {
      throw CheckpointError.of(error, path: path)
    }
  }

  /// Notes that the sink has a batch, and forgets what no restart needs any more.
  package func commit(_ batch: Int64, nextWatermark: Int64?) throws(CheckpointError) {
    try write([.object(nextWatermark.map { ["nextBatchWatermarkMs": .integer($0)] } ?? [:])], to: "commits/\(batch)")
    guard batch % 10 == 0 else { return }
    do {
      for folder in ["offsets", "commits"] {
        for name in try DurableFiles.names(in: path + "/" + folder) {
          if let number = Int64(name), number <= batch - Self.batchesKept {
            try DurableFiles.remove(path + "/\(folder)/\(name)")
          }
        }
      }
    } catch {
      throw CheckpointError.of(error, path: path)
    }
  }

  private func newest(_ folder: String) throws(CheckpointError) -> Int64? {
    do { return try DurableFiles.names(in: path + "/" + folder).compactMap { Int64($0) }.max() } catch {
      throw CheckpointError.of(error, path: path)
    }
  }

  /// The lines behind `v1`.
  private func read(_ file: String, lineCount: Int) throws(CheckpointError) -> [JSON] {
    do {
      let lines = try DurableFiles.read(path + "/" + file).split(separator: 0x0A)
      guard lines.count == lineCount + 1, lines[0].elementsEqual("v1".utf8) else {
        throw CheckpointError.damaged(path: path + "/" + file)
      }
      return try lines.dropFirst().map { try JSON(parsing: $0) }
    } catch {
      throw CheckpointError.of(error, path: path + "/" + file)
    }
  }

  private func write(_ lines: [JSON], to file: String) throws(CheckpointError) {
    let text = "v1\n" + lines.map { $0.description + "\n" }.joined()
    do { try DurableFiles.replace(path + "/" + file, with: Array(text.utf8)) } catch {
      throw CheckpointError.of(error, path: path)
    }
  }
}

/// A checkpoint from which a query cannot go on.
package enum CheckpointError: Error, Hashable, CustomStringConvertible {
  case file(FileError)
  /// A file that is there and not as it was written.
  case damaged(path: String)
  case otherPlan(path: String, saved: [String], wanted: [String])
  /// Another run goes on with it.
  case inUse(path: String, holder: String)
  /// The source no longer has what the checkpoint wants to read.
  case offsetGone(path: String, partition: Int, wanted: Int64, held: Range<Int64>)
  /// The source does not yet have what the checkpoint has read.
  case offsetAhead(path: String, partition: Int, wanted: Int64, held: Range<Int64>)
  /// The sink has lost batches that it had taken.
  case sinkForgot(path: String, sink: String)

  package var description: String {
    switch self {
    case .file(let error): return error.description
    case .inUse(let path, let holder):
      return
        "\(holder) is writing with the checkpoint \(path)\nend it or wait for it, or keep another: --checkpoint NAME"
    case .damaged(let path):
      return
        "the checkpoint's file \(path) is not as it was written\nforget the checkpoint and compute again: --restart"
    case .otherPlan(let path, let saved, let wanted):
      let before = saved.filter { !wanted.contains($0) }.joined(separator: ", ")
      let now = wanted.filter { !saved.contains($0) }.joined(separator: ", ")
      return """
        the checkpoint \(path) belongs to another definition: \(before.isEmpty ? "-" : before) → \(now.isEmpty ? "-" : now)
        forget it and compute again (--restart), or keep both under another name (--checkpoint NAME)
        """
    case .offsetGone(let path, let partition, let wanted, let held):
      return """
        the checkpoint \(path) goes on at offset \(wanted) of partition \(partition); the hub holds \
        \(held.lowerBound) to \(held.upperBound)
        go on without the lost events (--on-gap earliest), or compute again from what the hub has (--restart)
        """
    case .offsetAhead(let path, let partition, let wanted, let held):
      return """
        the checkpoint \(path) goes on at offset \(wanted) of partition \(partition); the hub holds \
        \(held.lowerBound) to \(held.upperBound)
        compute again from what the hub has: --restart
        """
    case .sinkForgot(let path, let sink):
      return """
        \(sink) no longer holds what the query of the checkpoint \(path) wrote: it was removed or replaced
        write everything again: --restart
        """
    }
  }

  static func of(_ error: any Error, path: String) -> CheckpointError {
    switch error {
    case let error as CheckpointError: error
    case let error as FileError: .file(error)
    default: .damaged(path: path)
    }
  }
}
