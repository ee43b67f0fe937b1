import AnomalyDetection

/// A request body, version 1.1: a series, and how to look for anomalies in it.
struct DetectionRequest {
  /// A value and its time, as they were sent.
  struct Point {
    /// Nil for a missing or unreadable one.
    var timestamp: Timestamp?
    /// NaN for a missing or unreadable one.
    var value: Double
  }

  var points: [Point]
  var granularity = Granularity.none
  /// How many units of the granularity lie between two points.
  var customInterval = 1
  /// The default sensitivity of the service is 99.
  var detector = AzureDetector(sensitivity: 99)
  /// Goes with ``ImputeMode/fixed``.
  var imputeFixedValue: Double?

  /// Checks everything but the points, in the order in which the service looked for faults.
  func checkParameters() throws(RequestError) {
    if points.isEmpty { throw RequestError(.badArgument, "series is empty.", remedy: "Send 12 to 8640 points.") }
    if customInterval <= 0 {
      throw RequestError(
        .invalidCustomInterval, "customInterval is \(customInterval).", remedy: "Give a whole number from 1 up.")
    }
    do throws(DetectionError) { try detector.checkSettings() } catch { throw refusal(for: error) }
  }

  func checkCount() throws(RequestError) {
    do throws(DetectionError) { try AzureDetector.checkCount(points.count) } catch { throw refusal(for: error) }
  }

  /// The judgement of the last point.
  func detectLast() throws(RequestError) -> Judgement {
    let series = try series()
    do throws(DetectionError) { return try detector.judgeLast(series) } catch { throw refusal(for: error) }
  }

  /// The judgements of all points.
  func detectEntire() throws(RequestError) -> Judgements {
    let series = try series()
    do throws(DetectionError) { return try detector.judge(series) } catch { throw refusal(for: error) }
  }

  private func series() throws(RequestError) -> TimeSeries {
    let step = granularity.step(interval: customInterval)
    if step != nil, let index = points.firstIndex(where: { $0.timestamp == nil }) {
      throw RequestError(
        .badArgument, "\(place(of: index)) has no readable timestamp.",
        remedy: "Write it as ISO 8601, as in 2019-04-24T09:00:00Z, or ask for granularity none.")
    }
    do throws(DetectionError) {
      guard let step else { return try TimeSeries(points.map(\.value)) }
      let timed = points.compactMap { point in point.timestamp.map { TimeSeries.Point(time: $0, value: point.value) } }
      return try TimeSeries(timed, every: step)
    } catch {
      throw refusal(for: error)
    }
  }

  /// How messages name a point: by its index, from 0, and its time.
  func place(of index: Int) -> String {
    "series[\(index)]" + (points[index].timestamp.map { " (\($0))" } ?? "")
  }
}
