package import CivilTime
import Columnar
import JSONText

/// The figures of a query: of its current run, and since it began.
package struct QueryProgress: Hashable, Sendable {
  /// Batches that this run added.
  package var batches = 0
  /// Messages that this run read, each with one event or more.
  package var events: Int64 = 0
  /// Events that this run read beyond the first of each message.
  package var furtherEvents: Int64 = 0
  /// Messages to read in this run.
  package var eventsInAll: Int64 = 0
  /// Rows that this run handed to the sink.
  package var rows: Int64 = 0
  /// Rejected events since the query began.
  package var rejected: Int64 = 0
  /// The first rejected events of this run, up to 10.
  package var rejectedSamples: [RejectedSample] = []
  /// Events without a time, since the query began.
  package var droppedForNullTime: Int64 = 0
  /// Late events, dropped since the query began.
  package var late: Int64 = 0
  /// Where the watermark stood when this run last dropped late events.
  package var watermark: WatermarkPosition?
  /// Events left out since the query began because their time lay too far ahead of their arrival.
  package var future: Int64 = 0
  /// For people: the event far ahead of its arrival that moved the watermark; nil if there is none.
  package var leapAhead: String?
  /// Events that the source lost before they were read, since the query began.
  package var lost: Int64 = 0
  /// Windows in the state.
  package var windows = 0
  /// For people: the fields of the schema that no event of this run has; nil if all are present.
  package var missingFields: String?

  package init() {}
}

/// Where a rejected event stands in the source, and why it was rejected.
package struct RejectedSample: Hashable, Sendable {
  /// The partition of its message.
  package let partition: Int
  /// The offset of its message.
  package let offset: Int64
  /// The number of the event in its message, from 1; nil if the message has only one.
  package let part: Int?
  /// What does not fit.
  package let reason: RejectedEvent.Reason
}

extension RejectedSample: CustomStringConvertible {
  package var description: String {
    "partition \(partition), offset \(offset)\(part.map { ", part \($0)" } ?? ""): \(reason)"
  }
}

/// A batch, with the figures that Spark reports of one.
package struct BatchProgress: Hashable, Sendable {
  /// The query's id, which stays for its life.
  package var queryID = ""
  /// The id of this run of the query.
  package var runID = ""
  /// The query's name.
  package var name = ""
  /// When the trigger started.
  package var timestamp = Timestamp(microseconds: 0)
  /// The batch's number within the query, from 0.
  package var batch: Int64 = 0
  /// Messages that the batch read.
  package var inputRows: Int64 = 0
  /// Seconds between the starts of the previous trigger and this one; nil for the first.
  package var secondsSinceLast: Double?
  /// Milliseconds by step: `triggerExecution`, `walCommit`, …
  package var durations: [String: Int64] = [:]
  /// Seconds that the batch took.
  package var duration: Double = 0
  /// The times of its events.
  package var eventTimes = EventTimes()
  /// The watermark under which the batch ran; nil before there is one.
  package var watermark: Watermark?
  /// Windows in the state after the batch.
  package var stateRows = 0
  /// Windows that the batch added or changed.
  package var stateRowsUpdated = 0
  /// Windows that the batch closed and removed from the state.
  package var stateRowsRemoved = 0
  /// The approximate size of the state.
  package var stateBytes = 0
  /// Late events that the batch dropped.
  package var lateRows: Int64 = 0
  /// Where the watermark stood for the late events; nil without any.
  package var latePosition: WatermarkPosition?
  /// The source's name.
  package var source = ""
  /// One a partition: the batch's first offset.
  package var startOffsets: [Int64] = []
  /// One a partition: the offset after the batch.
  package var endOffsets: [Int64] = []
  /// One a partition: the offset after the last held event.
  package var latestOffsets: [Int64] = []
  /// What the sink is.
  package var sink = ""
  /// Rows that the batch handed to the sink.
  package var outputRows = 0

  package init() {}

  /// Unread events in the source.
  package var lag: Int64 { zip(latestOffsets, endOffsets).reduce(0) { $0 + max(0, $1.0 - $1.1) } }

  /// Messages a second since the previous trigger; nil if it is unknown.
  package var inputRate: Double? { secondsSinceLast.flatMap { Self.rate(inputRows, $0) } }

  /// Messages a second while the batch ran; nil if it took no time.
  package var processedRate: Double? { Self.rate(inputRows, duration) }

  /// To one decimal, halves up.
  private static func rate(_ rows: Int64, _ seconds: Double) -> Double? {
    let rate = (Double(rows) / seconds * 10 + 0.5).rounded(.down) / 10
    return rate.isFinite ? rate : nil
  }

  /// JSON with the keys of Spark's `StreamingQueryProgress`, in its order.
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
