import Columnar
import JSONText

/// Reading a batch's events from the source into the aggregation.
extension MicroBatchExecution {
  func ranges(
    from position: [Int64], to ends: [Int64], held: [Range<Int64>], checkpoint: Checkpoint, lost: inout Int64,
    _ listener: Listener
  ) async throws -> [Range<Int64>] {
    var ranges: [Range<Int64>] = []
    for (partition, end) in ends.enumerated() {
      guard position.indices.contains(partition), held.indices.contains(partition), position[partition] <= end else {
        throw CheckpointError.damaged(path: checkpoint.path + "/offsets")
      }
      var range = position[partition]..<end
      let there = held[partition]
      if range.upperBound > there.upperBound {
        throw CheckpointError.offsetAhead(
          path: checkpoint.path, partition: partition, wanted: range.upperBound, held: there)
      }
      if !range.isEmpty, range.lowerBound < there.lowerBound {
        guard gapPolicy == .earliest else {
          throw CheckpointError.offsetGone(
            path: checkpoint.path, partition: partition, wanted: range.lowerBound, held: there)
        }
        range = await skipGap(partition, range, held: there, lost: &lost, listener)
      }
      ranges.append(range)
    }
    return ranges
  }

  /// The rest of a range whose beginning the source lost; counts and reports the lost events.
  private func skipGap(
    _ partition: Int, _ range: Range<Int64>, held: Range<Int64>, lost: inout Int64, _ listener: Listener
  ) async -> Range<Int64> {
    let start = min(held.lowerBound, range.upperBound)
    lost += start - range.lowerBound
    await listener(.gap(partition: partition, lost: start - range.lowerBound))
    return start..<range.upperBound
  }

  /// The next events of a range; nil if the source lost all of them after they were planned.
  private func chunk(
    _ partition: Int, _ range: Range<Int64>, in run: inout Run, _ listener: Listener
  ) async throws -> EventChunk? {
    var range = range
    while true {
      do { return try await source.read(partition: partition, offsets: range) } catch {
        // An unreachable source cannot say what it lost.
        guard gapPolicy == .earliest, source.trouble == nil else { throw error }
        let held = try await source.heldOffsets()
        guard held.indices.contains(partition), range.lowerBound < held[partition].lowerBound else { throw error }
        range = await skipGap(partition, range, held: held[partition], lost: &run.state.lost, listener)
        if range.isEmpty { return nil }
      }
    }
  }

  /// One partition after the other, so that sums are equal in every run.
  func process(
    _ ranges: [Range<Int64>], watermark: Watermark?, in run: inout Run, _ listener: Listener
  ) async throws {
    try await source.prepare(ranges)
    for (partition, range) in ranges.enumerated() {
      var offset = range.lowerBound
      while offset < range.upperBound {
        try Task.checkCancellation()
        guard let chunk = try await chunk(partition, offset..<range.upperBound, in: &run, listener) else { break }
        let scanned = scanner.scan(bodies: chunk.bodies, ends: chunk.ends)
        run.fields.add(scanned, of: scanner, bodies: chunk.bodies, ends: chunk.ends)
        run.eventTimes.add(
          run.state.aggregation.add(scanned, of: chunk, partition: partition, watermark: watermark))
        for event in scanned.rejected { keepAside(event, of: chunk, partition: partition, in: &run) }
        guard chunk.nextOffset > offset else {
          throw MissingEvents(source: source.name, partition: partition, offset: offset)
        }
        offset = chunk.nextOffset
        run.progress.events += Int64(chunk.ends.count)
        run.progress.furtherEvents += Int64(scanned.table.rowCount + scanned.rejected.count - chunk.ends.count)
        await listener(.read(run.finished))
      }
    }
  }

  private func keepAside(_ event: RejectedEvent, of chunk: EventChunk, partition: Int, in run: inout Run) {
    let offset = chunk.offset(event.index)
    run.state.rejected += 1
    run.rejectedInBatch += 1
    if run.progress.rejectedSamples.count < 10 {
      run.progress.rejectedSamples.append(
        RejectedSample(partition: partition, offset: offset, part: event.part, reason: event.reason))
    }
    guard run.rejected.count < Self.rejectedPerBatch else { return }
    let body = chunk.bodies[(event.index == 0 ? 0 : chunk.ends[event.index - 1])..<chunk.ends[event.index]]
    var line: [String: JSON] = [
      "partition": .integer(Int64(partition)), "offset": .integer(offset),
      "reason": .string(event.reason.description),
      "body": .string(String(decoding: body.prefix(Self.rejectedBytes), as: UTF8.self)),
    ]
    if body.count > Self.rejectedBytes { line["bodyBytes"] = .integer(Int64(body.count)) }
    line["part"] = event.part.map { .integer(Int64($0)) }
    run.rejected.append(.object(line))
  }
}
