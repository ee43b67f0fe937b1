package import CivilTime
import Columnar
import JSONText

/// What a query has done in a run, and what it has seen in its life.
package struct QueryProgress: Hashable, Sendable {
  /// Batches that this run added.
  package var batches = 0
  /// Messages that this run read, each an event or more.
  package var events: Int64 = 0
  /// Events that this run read beyond one a message.
  package var furtherEvents: Int64 = 0
  /// Messages to read in this run.
  package var eventsInAll: Int64 = 0
  /// Rows that this run handed to the sink.
  package var rows: Int64 = 0
  /// Events kept aside since the query began.
  package var rejected: Int64 = 0
  /// The first of them that this run met.
  package var rejectedSamples: [RejectedSample] = []
  package var droppedForNullTime: Int64 = 0
  /// Events that came too late for a window of theirs, since the query began.
  package var late: Int64 = 0
  /// Where the watermark stood when this run last dropped late events.
  package var watermark: WatermarkPosition?
  /// Events whose time lay too far ahead of their arrival, since the query began.
  package var future: Int64 = 0
  /// For people: an event far ahead of its arrival, which the watermark follows.
  package var leapAhead: String?
  /// Events that the source lost before they were read, since the query began.
  package var lost: Int64 = 0
  /// In the state.
  package var windows = 0
  /// For people: the fields of the schema that no event of this run has; nil where all are there.
  package var missingFields: String?

  package init() {}
}

/// An event that was kept aside.
package struct RejectedSample: Hashable, Sendable {
  package let partition: Int
  package let offset: Int64
  /// Which of the message's events, from 1; nil where there is only one.
  package let part: Int?
  package let reason: RejectedEvent.Reason
}

extension RejectedSample: CustomStringConvertible {
  package var description: String {
    "partition \(partition), offset \(offset)\(part.map { ", part \($0)" } ?? ""): \(reason)"
  }
}

/// A batch, with the figures that Spark reports of one.
package struct BatchProgress: Hashable, Sendable {
  package var queryID = ""
  package var runID = ""
  package var name = ""
  /// When the trigger started.
  package var timestamp = Timestamp(microseconds: 0)
  package var batch: Int64 = 0
  package var inputRows: Int64 = 0
  /// Seconds since the trigger before started; nil for the first.
  package var secondsSinceLast: Double?
  /// Milliseconds by step: `triggerExecution`, `walCommit`, …
  package var durations: [String: Int64] = [:]
  /// Seconds
  package var duration: Double = 0
  package var eventTimes = EventTimes()
  /// Under which the batch ran; nil before there is one.
  package var watermark: Watermark?
  package var stateRows = 0
  package var stateRowsUpdated = 0
  package var stateRowsRemoved = 0
  package var stateBytes = 0
  /// Of this batch.
  package var lateRows: Int64 = 0
  /// Where it stood for them; nil without late events.
  package var latePosition: WatermarkPosition?
  package var source = ""
  package var startOffsets: [Int64] = []
  package var endOffsets: [Int64] = []
  package var latestOffsets: [Int64] = []
  package var sink = ""
  package var outputRows = 0

  package init() {}

  /// Events that wait to be read.
  package var lag: Int64 { zip(latestOffsets, endOffsets).reduce(0) { $0 + max(0, $1.0 - $1.1) } }

  /// Rows by second, since the trigger before; nil where that cannot be said.
  package var inputRate: Double? { secondsSinceLast.flatMap { Self.rate(inputRows, $0) } }

  /// Rows by second, while the batch ran.
  package var processedRate: Double? { Self.rate(inputRows, duration) }

  /// To one decimal, halves up.
  private static func rate(_ rows: Int64, _ seconds: Double) -> Double? {
    let rate = (Double(rows) / seconds * 10 + 0.5).rounded(.down) / 10
    return rate.isFinite ? rate : nil
  }

  /// As Spark's `StreamingQueryProgress` is written, keys in its order.
  package var text: String {
    func iso(_ milliseconds: Int64) -> JSON {
      .string(Timestamp(microseconds: milliseconds * 1_000).iso8601(fraction: .milliseconds))
    }
    func offsets(_ offsets: [Int64]) -> JSON {
      [source: .object(Dictionary(uniqueKeysWithValues: offsets.enumerated().map { (String($0), .integer($1)) }))]
    }
    func object(_ members: [(String, JSON?)]) -> String {
      let texts = members.compactMap { name, value in value.map { "\(JSON.string(name)):\($0)" } }
      return "{" + texts.joined(separator: ",") + "}"
    }
    func rates() -> [(String, JSON?)] {
      [("inputRowsPerSecond", inputRate.map(JSON.double)), ("processedRowsPerSecond", processedRate.map(JSON.double))]
    }
    var times: [String: JSON] = [:]
    if let range = eventTimes.range, let mean = eventTimes.mean {
      times = ["max": iso(range.upperBound / 1_000), "min": iso(range.lowerBound / 1_000), "avg": iso(mean / 1_000)]
    }
    if let watermark { times["watermark"] = iso(watermark.milliseconds) }
    let operators = object([
      ("operatorName", "windowedAggregation"), ("numRowsTotal", .integer(Int64(stateRows))),
      ("numRowsUpdated", .integer(Int64(stateRowsUpdated))), ("numRowsRemoved", .integer(Int64(stateRowsRemoved))),
      ("commitTimeMs", .integer(durations["stateCommit"] ?? 0)), ("memoryUsedBytes", .integer(Int64(stateBytes))),
      ("numRowsDroppedByWatermark", .integer(lateRows)),
    ])
    let sources = object(
      [
        ("description", .string(source)), ("startOffset", offsets(startOffsets)), ("endOffset", offsets(endOffsets)),
        ("latestOffset", offsets(latestOffsets)), ("numInputRows", .integer(inputRows)),
      ] + rates())
    let sinks = object([("description", .string(sink)), ("numOutputRows", .integer(Int64(outputRows)))])
    let head = object(
      [
        ("id", .string(queryID)), ("runId", .string(runID)), ("name", .string(name)),
        ("timestamp", .string(timestamp.iso8601(fraction: .milliseconds))), ("batchId", .integer(batch)),
        ("batchDuration", .integer(durations["triggerExecution"] ?? 0)), ("numInputRows", .integer(inputRows)),
      ] + rates() + [
        ("durationMs", .object(durations.mapValues(JSON.integer))), ("eventTime", times.isEmpty ? nil : .object(times)),
      ])
    return "\(head.dropLast()),\"stateOperators\":[\(operators)],\"sources\":[\(sources)],\"sink\":\(sinks)}"
  }
}
