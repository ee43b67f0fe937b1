package import DurableFiles
package import JSONText

/// A query's memory between runs, in a folder, laid out as Spark's:
///
///     metadata      the query's id for life, and its plan
///     offsets/N     written before batch N: where it ends in each partition
///     state/N       the aggregation after batch N
///     commits/N     written after the sink has batch N
///     rejected/N    the events of batch N that were kept aside
///
/// A batch with offsets and without commit is run again, over the same events on the state before it.
package struct Checkpoint: Hashable, Sendable {
  /// The checkpoint's folder.
  package let path: String
  /// Names the query in the sink.
  package let queryID: String

  /// Opens a checkpoint, or begins one where there is none.
  ///
  /// - Parameter newID: gives the id of a query that begins.
  /// - Throws: ``CheckpointError`` where another plan's state is kept there, or a file is not readable.
  package init(at path: String, plan: [String], newID: () -> String) throws(CheckpointError) {
    self.path = path
    do {
      if DurableFiles.exists(path + "/metadata") {
        let metadata = try JSON(parsing: try DurableFiles.read(path + "/metadata"))
        guard let id = metadata["id"]?.text, let saved = metadata["plan"]?.elements?.compactMap(\.text) else {
          throw CheckpointError.damaged(path: path + "/metadata")
        }
        guard saved == plan else { throw CheckpointError.otherPlan(path: path, saved: saved, wanted: plan) }
        queryID = id
      } else {
        for name in ["offsets", "state", "commits", "rejected"] { try DurableFiles.createFolder(path + "/" + name) }
        queryID = newID()
        let metadata: JSON = ["id": .string(queryID), "plan": .array(plan.map(JSON.string))]
        try DurableFiles.replace(path + "/metadata", with: Array(metadata.written(indent: 1).utf8))
      }
    } catch {
      throw CheckpointError.of(error, path: path + "/metadata")
    }
  }

  /// Takes the checkpoint for a run, until the lock is gone.
  ///
  /// - Throws: ``CheckpointError/inUse(path:holder:)`` while another run has it.
  package func lock() throws(CheckpointError) -> FileLock {
    do { return try FileLock(path + "/lock") } catch let held as FileLock.Held {
      throw CheckpointError.inUse(path: path, holder: held.holder)
    } catch {
      throw CheckpointError.of(error, path: path)
    }
  }

  /// The newest batch of which the end was planned; nil before the first.
  package func lastPlanned() throws(CheckpointError) -> Int64? { try newest("offsets") }

  /// The newest batch that the sink is known to have; nil before the first.
  package func lastCommitted() throws(CheckpointError) -> Int64? { try newest("commits") }

  /// Where a batch ends: the next offset of each partition.
  package func offsets(of batch: Int64) throws(CheckpointError) -> [Int64] {
    let file = "offsets/\(batch)"
    guard let elements = try read(file)["offsets"]?.elements else { throw .damaged(path: path + "/" + file) }
    let offsets = elements.compactMap(\.integer)
    guard offsets.count == elements.count else { throw .damaged(path: path + "/" + file) }
    return offsets
  }

  /// Writes down, before a batch begins, where it ends: the next offset of each partition. Durable when it returns.
  package func plan(_ batch: Int64, endOffsets: [Int64]) throws(CheckpointError) {
    try write(["offsets": .array(endOffsets.map(JSON.integer))], to: "offsets/\(batch)")
  }

  /// What was kept after a batch.
  package func state(after batch: Int64) throws(CheckpointError) -> JSON { try read("state/\(batch)") }

  /// Keeps the state after a batch; called before the sink gets the batch. Durable when it returns.
  package func keep(_ state: JSON, after batch: Int64) throws(CheckpointError) {
    try write(state, to: "state/\(batch)")
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
  package func commit(_ batch: Int64) throws(CheckpointError) {
    try write([:], to: "commits/\(batch)")
    do {
      for folder in ["offsets", "state", "commits"] {
        for name in try DurableFiles.names(in: path + "/" + folder) {
          // The batch before is kept as well: one to look at beside the newest.
          if let number = Int64(name), number < batch - 1 { try DurableFiles.remove(path + "/\(folder)/\(name)") }
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

  private func read(_ file: String) throws(CheckpointError) -> JSON {
    do { return try JSON(parsing: try DurableFiles.read(path + "/" + file)) } catch {
      throw CheckpointError.of(error, path: path + "/" + file)
    }
  }

  private func write(_ value: JSON, to file: String) throws(CheckpointError) {
    do { try DurableFiles.replace(path + "/" + file, with: Array((value.description + "\n").utf8)) } catch {
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
  /// The source no longer has, or does not yet have, what the checkpoint wants to read.
  case offsetGone(path: String, partition: Int, wanted: Int64, held: Range<Int64>)

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
        compute again from what the hub has: --restart
        """
    }
  }

  fileprivate static func of(_ error: any Error, path: String) -> CheckpointError {
    switch error {
    case let error as CheckpointError: error
    case let error as FileError: .file(error)
    default: .damaged(path: path)
    }
  }
}
