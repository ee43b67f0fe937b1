import DurableFiles
package import JSONText

/// A query's memory between runs, in a folder, laid out as Spark's; see ``CheckpointFile`` for the files' form:
///
///     metadata      the query's id for life, and its plan
///     sources/0     where the query began: the first offset of each partition
///     offsets/N     written before batch N: its watermark, and where it ends in each partition
///     state/…       the aggregation after each batch; see StateStore
///     commits/N     written after the sink has batch N: the next batch's watermark
///     rejected/N    the rejected events of batch N, as lines of JSON, for people
///
/// A batch with offsets and without commit is repeated, over the same events on the state before it. The value holds the
/// checkpoint's lock: one run uses it at a time.
package struct Checkpoint: Sendable {
  /// What is saved of a batch before it begins.
  package struct Planned: Hashable, Sendable {
    /// The next offset of each partition.
    package let endOffsets: [Int64]
    /// By partition, the source's mark of the events before that offset; see ``EventSource/mark(partition:before:)``.
    package let marks: [Int: String]
    /// The watermark under which the batch runs; nil before there is one.
    package let watermark: Watermark?
  }

  /// The checkpoint's folder.
  package let path: String
  /// The query's id, which names it in the sink.
  package let queryID: String
  /// The query's definition, line by line.
  package let plan: [String]
  /// Whether the query was restarted: its first batch replaces the rows of an older one.
  package let replaces: Bool

  /// The checkpoint's name: the last part of its path.
  package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// The number of batches whose files are kept, as in Spark (`minBatchesToRetain`), and of files in `rejected`.
  private static let batchesKept: Int64 = 100
  /// No query has as many batches: a file with a greater number is damage.
  private static let batchLimit: Int64 = 1 << 53
  private static let folders = ["offsets", "state", "commits", "rejected", "sources"]

  private let lock: FileLock

  /// Opens a checkpoint and locks it. A new one is written by ``startOffsets(_:)``, so that a query that is refused leaves
  /// none behind.
  ///
  /// - Parameters:
  ///   - plan: the query's definition, line by line; a checkpoint resumes only the same one.
  ///   - restarting: whether to forget the saved state and to replace the sink's rows. If it is stopped halfway, the next
  ///     opening finishes it.
  ///   - newID: makes the id of a new query.
  /// - Throws: ``CheckpointError`` if the checkpoint belongs to another plan, is in use, or has an unreadable file.
  package init(at path: String, plan: [String], restarting: Bool = false, newID: () -> String) throws(CheckpointError) {
    self.path = path
    self.plan = plan
    let file = CheckpointFile(in: path, "metadata", query: nil)
    do {
      // A copied workspace may have links, and what they lead to would be written to, or deleted.
      if let link = try DurableFiles.links(in: path).first { throw CheckpointError.link(path: link) }
      try DurableFiles.createFolder(path)
      lock = try FileLock(path + "/lock")
      try Self.tidy(path)
      var metadata: JSON? = restarting ? nil : try file.readIfPresent(lineCount: 1)?[0]
      if metadata == nil, !restarting {
        for folder in Self.folders where try !DurableFiles.names(in: path + "/" + folder).isEmpty {
          throw CheckpointError.missing(path: path + "/metadata")
        }
      }
      let isRestart = restarting || metadata?["restarting"]?.boolean == true
      if isRestart {
        try file.write([["restarting": true]])
        for name in Self.folders { try DurableFiles.remove(path + "/" + name) }
        metadata = nil
      }
      if let metadata {
        guard let id = metadata["id"]?.text, let saved = metadata["plan"]?.elements?.compactMap(\.text) else {
          throw CheckpointError.damaged(path: path + "/metadata")
        }
        guard saved == plan else { throw CheckpointError.otherPlan(path: path, saved: saved, wanted: plan) }
        // A copy of a checkpoint may lack empty folders.
        for name in Self.folders { try DurableFiles.createFolder(path + "/" + name) }
        queryID = id
        replaces = metadata["replaces"]?.boolean ?? false
      } else {
        queryID = newID()
        replaces = isRestart
      }
    } catch let held as FileLock.Held {
      throw CheckpointError.inUse(path: path, holder: held.holder)
    } catch {
      throw CheckpointError.of(error, path: path + "/metadata")
    }
  }

  /// Finishes what a killed run left: removes half-written files and makes the others durable.
  private static func tidy(_ path: String) throws(FileError) {
    for folder in [path] + folders.map({ path + "/" + $0 }) where try DurableFiles.isFolder(folder) {
      for name in try DurableFiles.names(in: folder) where name.hasSuffix(".partial") {
        try DurableFiles.remove(folder + "/" + name)
      }
      try DurableFiles.syncFolder(folder)
    }
  }

  /// Unlocks the checkpoint.
  package func release() { lock.release() }

  /// Where the query began: the first offset of each partition. The first call writes them, and the query itself.
  package func startOffsets(_ offsets: () -> [Int64]) throws(CheckpointError) -> [Int64] {
    guard let line = try CheckpointFile(in: path, "sources/0", query: queryID).readIfPresent(lineCount: 1)?[0] else {
      do { for name in Self.folders { try DurableFiles.createFolder(path + "/" + name) } } catch { throw .file(error) }
      try CheckpointFile(in: path, "metadata", query: nil).write([
        ["id": .string(queryID), "plan": .array(plan.map(JSON.string)), "replaces": .boolean(replaces)]
      ])
      let offsets = offsets()
      try write([.array(offsets.map(JSON.integer))], to: "sources/0")
      return offsets
    }
    guard let offsets = line.elements?.compactMap(\.integer), offsets.count == line.elements?.count,
      offsets.allSatisfy({ $0 >= 0 })
    else { throw .damaged(path: path + "/sources/0") }
    return offsets
  }

  /// The newest planned batch and the newest that the sink is known to have; nil before the first.
  ///
  /// - Throws: ``CheckpointError/missing(path:)`` unless the files before them are there as well.
  package func newestBatches() throws(CheckpointError) -> (planned: Int64?, committed: Int64?) {
    let (planned, committed) = (try newest("offsets"), try newest("commits"))
    if let committed, planned ?? -1 < committed { throw .missing(path: path + "/offsets/\(committed)") }
    if let planned, planned > (committed ?? -1) + 1 { throw .missing(path: path + "/commits/\(planned - 1)") }
    if planned != nil, committed == nil { _ = try read("sources/0", lineCount: 1) }
    return (planned, committed)
  }

  /// What was saved before a batch began.
  package func planned(_ batch: Int64) throws(CheckpointError) -> Planned {
    let file = "offsets/\(batch)"
    let lines = try read(file, lineCount: 2)
    guard let partitions = lines[1].members?.values.first?.members, lines[0].members != nil else {
      throw .damaged(path: path + "/" + file)
    }
    let offsets = (0..<partitions.count).compactMap { partitions[String($0)]?.integer }
    let marks = (lines[0]["marks"]?.members ?? [:]).compactMap { key, mark in
      Int(key).flatMap { number in mark.text.map { (number, $0) } }
    }
    guard offsets.count == partitions.count, offsets.allSatisfy({ $0 >= 0 }) else {
      throw .damaged(path: path + "/" + file)
    }
    let watermark = try watermark(lines[0]["batchWatermarkMs"], in: file)
    return Planned(endOffsets: offsets, marks: Dictionary(marks, uniquingKeysWith: { $1 }), watermark: watermark)
  }

  /// Saves where a batch ends, before it begins. Durable when it returns.
  ///
  /// - Parameter time: milliseconds since 1970, for people.
  package func plan(_ batch: Int64, _ planned: Planned, source: String, time: Int64) throws(CheckpointError) {
    let offsets = planned.endOffsets.enumerated().map { (String($0.offset), JSON.integer($0.element)) }
    var head: [String: JSON] = ["batchTimestampMs": .integer(time), "conf": [:]]
    head["batchWatermarkMs"] = planned.watermark.map { .integer($0.milliseconds) }
    if !planned.marks.isEmpty {
      let marks = planned.marks.map { (String($0.key), JSON.string($0.value)) }
      head["marks"] = .object(Dictionary(marks, uniquingKeysWith: { $1 }))
    }
    try write(
      [.object(head), [source: .object(Dictionary(offsets, uniquingKeysWith: { $1 }))]], to: "offsets/\(batch)")
  }

  /// The watermark that a committed batch left for the next one; nil before there is one.
  package func watermark(after batch: Int64) throws(CheckpointError) -> Watermark? {
    let file = "commits/\(batch)"
    let line = try read(file, lineCount: 1)[0]
    guard line.members != nil else { throw .damaged(path: path + "/" + file) }
    return try watermark(line["nextBatchWatermarkMs"], in: file)
  }

  private func watermark(_ json: JSON?, in file: String) throws(CheckpointError) -> Watermark? {
    guard let milliseconds = json?.integer else { return nil }
    guard let watermark = Watermark(milliseconds: milliseconds) else { throw .damaged(path: path + "/" + file) }
    return watermark
  }

  /// Writes rejected events, one JSON object a line, and the number of those left out; writes nothing without any.
  ///
  /// - Parameter count: the number of rejected events of the batch.
  package func keepRejected(_ lines: [JSON], of batch: Int64, rejected count: Int) throws(CheckpointError) {
    guard !lines.isEmpty else { return }
    let more = count - lines.count
    let lines = more > 0 ? lines + [["notKept": .integer(Int64(more))]] : lines
    let text = lines.map { $0.description + "\n" }.joined()
    do { try DurableFiles.replace(path + "/rejected/\(batch)", with: Array(text.utf8)) } catch { throw .file(error) }
  }

  /// Notes that the sink has a batch, and removes files that no restart needs.
  package func commit(_ batch: Int64, nextWatermark: Watermark?) throws(CheckpointError) {
    try write(
      [.object(nextWatermark.map { ["nextBatchWatermarkMs": .integer($0.milliseconds)] } ?? [:])],
      to: "commits/\(batch)")
    guard batch % 10 == 0 else { return }
    do {
      for folder in ["offsets", "commits"] {
        // The oldest first, so that a kill leaves no gap.
        for number in try numbers(folder).sorted() where number <= batch - Self.batchesKept {
          try DurableFiles.remove(path + "/\(folder)/\(number)")
        }
      }
      for number in try numbers("rejected").sorted().dropLast(Int(Self.batchesKept)) {
        try DurableFiles.remove(path + "/rejected/\(number)")
      }
    } catch {
      throw .file(error)
    }
  }

  private func newest(_ folder: String) throws(CheckpointError) -> Int64? {
    let numbers: [Int64]
    do { numbers = try self.numbers(folder) } catch { throw .file(error) }
    guard let last = numbers.max() else { return nil }
    guard last < Self.batchLimit else { throw .damaged(path: path + "/\(folder)/\(last)") }
    let present = Set(numbers)
    for number in max(0, last - Self.batchesKept + 1)...last where !present.contains(number) {
      throw .missing(path: path + "/\(folder)/\(number)")
    }
    return last
  }

  /// The batches with a file in the folder.
  private func numbers(_ folder: String) throws(FileError) -> [Int64] {
    try DurableFiles.names(in: path + "/" + folder).compactMap { name in
      Int64(name).flatMap { $0 >= 0 && String($0) == name ? $0 : nil }
    }
  }

  func read(_ file: String, lineCount: Int) throws(CheckpointError) -> [JSON] {
    try CheckpointFile(in: path, file, query: queryID).read(lineCount: lineCount)
  }

  func write(_ lines: [JSON], to file: String) throws(CheckpointError) {
    try CheckpointFile(in: path, file, query: queryID).write(lines)
  }
}
