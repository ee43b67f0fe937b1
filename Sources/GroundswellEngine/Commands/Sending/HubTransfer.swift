import DurableFiles
import EventHub
import Wording
import EventFiles
import Rendering

/// Copies events from a hub to a file and back.
extension Session {
  /// Writes all events that the hub holds now, a line each.
  func exportHub(to file: OutputFile) async throws -> Output {
    let hub = try await hubForReading()
    let held = try await hub.heldOffsets()
    let reader = try await hub.reader()
    try await reader.prepare(held)
    var count = 0
    // Write aside first, so that a failure leaves the old file.
    let aside = try FileAside(for: file.path)
    for (partition, range) in held.enumerated() {
      var offset = range.lowerBound
      while offset < range.upperBound {
        try Task.checkCancellation()
        let batch = try await reader.read(partition: partition, offsets: offset..<range.upperBound)
        var lines: [UInt8] = []
        for index in 0..<batch.events.count {
          lines += HubFile.line(
            batch.events[index], partition: partition, offset: batch.offset(index), time: batch.enqueuedTime(index))
        }
        try aside.write(lines)
        offset = batch.nextOffset
        count += batch.events.count
        events.send(.progress(Progress("events written", done: Int64(count))))
      }
    }
    try aside.replace()
    return .text("wrote \(counted(count, "event")) of the hub \(hub.name) to \(file.path)")
  }

  /// Sends a file's events.
  ///
  /// - Parameter encoding: nil is by the byte-order mark, UTF-8 without one.
  func importHub(from file: String, encoding: TextEncoding?) async throws -> Output {
    let hub = try await hubForSending()
    var importing = HubImport(
      sender: try await hub.sender(clock: clock) { [events] in events.send(.progress(.waiting($0))) },
      partitions: try await hub.heldOffsets().count)
    let reader = try RecordReader(file, .line, encoding: encoding)
    do {
      while let line = try reader.next() {
        if line.isEmpty { continue }
        let (event, partition) = try HubFile.event(line, at: "\(reader.name), line \(reader.line)")
        if try await importing.add(event, partition) {
          try Task.checkCancellation()
          events.send(.progress(Progress("events sent", done: Int64(importing.count), share: reader.share)))
        }
      }
      try await importing.flush()
      try Task.checkCancellation()
    } catch {
      // Send the events before a bad line, so that the error names the line to resume at.
      if error is HubFile.BadLine || error is EventFileError { try await importing.flush() }
      guard importing.count > 0 else { throw error }
      throw CellFailure(
        outputs: [Sending.account(importing.count, hub)],
        failure: Sending.message(
          of: error, sent: importing.count, again: "importing again sends them twice"))
    }
    return Sending.account(importing.count, hub)
  }
}

/// Collects a file's events in a batch for each of their original partitions, and sends full batches.
private struct HubImport {
  let sender: any HubSender
  let partitions: Int
  private(set) var count = 0
  /// By partition; under nil the events of partitions that this hub lacks, for which it chooses.
  private var batches: [Int?: EventBatch] = [:]

  init(sender: any HubSender, partitions: Int) {
    self.sender = sender
    self.partitions = partitions
  }

  /// - Returns: whether a batch was full and was sent.
  mutating func add(_ event: Event, _ partition: Int) async throws -> Bool {
    let target = partition < partitions ? partition : nil
    batches[target, default: EventBatch()].append(event)
    guard let batch = batches[target], batch.count == 10_000 || batch.bodies.count > 4 << 20 else { return false }
    try await send(batch, to: target)
    return true
  }

  mutating func flush() async throws {
    for (target, batch) in batches.sorted(by: { $0.key ?? -1 < $1.key ?? -1 }) { try await send(batch, to: target) }
  }

  private mutating func send(_ batch: EventBatch, to target: Int?) async throws {
    try await sender.send(batch, partition: target)
    batches[target] = nil
    count += batch.count
  }
}
