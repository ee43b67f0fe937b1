import AnomalyDetection

/// The time of one detection: `benchmarks detection` prints a line for each case, its name and the least microseconds of several runs.
///
/// `detection.py` beside this file runs it and the open-sourced package on the same series, and prints the ratios.
enum DetectionBenchmarks {
  static func run() throws {
    for count in [72, 1_000, 8_640] {
      for isSeasonal in [true, false] {
        let series = try TimeSeries(values(count, isSeasonal: isSeasonal), every: .hours(1), from: "2019-04-01")
        let detector = AzureDetector(sensitivity: 95)
        let name = "\(count) \(isSeasonal ? "seasonal" : "noise")"
        print("last \(name) \(try least { _ = try detector.judgeLast(series) })")
        print("entire \(name) \(try least { _ = try detector.judge(series) })")
      }
    }
  }

  /// A day's and, from 1,000 points on, a week's rhythm, and noise; the same in `detection.py`.
  static func values(_ count: Int, isSeasonal: Bool) -> [Double] {
    var state: UInt64 = 1
    return (0..<count).map { hour in
      // Knuth's MMIX generator, upper 32 bits.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = Double(state >> 32) / 4_294_967_296
      let day = Double(abs(hour % 24 - 12))
      let week = count >= 1_000 ? Double(hour % 168 / 24 * 3) : 0
      return (isSeasonal ? 3 * day + week : 0) + 5 * noise + 20
    }
  }

  /// Microseconds.
  private static func least(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    var least = Duration.seconds(1_000)
    let start = clock.now
    var runs = 0
    while runs < 3 || clock.now - start < .milliseconds(500) {
      least = min(least, try clock.measure(body))
      runs += 1
    }
    return least / .microseconds(1)
  }
}
