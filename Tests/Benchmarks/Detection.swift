import AnomalyDetection
import CivilTime

/// What one detection takes: `benchmarks detection` prints a line a case, its name and microseconds, the least of several runs.
///
/// `detection.py` beside this file runs it and the open-sourced package on the same series, and prints the ratios.
enum DetectionBenchmarks {
  static func run() throws {
    for count in [72, 1_000, 8_640] {
      for isSeasonal in [true, false] {
        let request = DetectionRequest(
          series: series(count, isSeasonal: isSeasonal), granularity: .hourly, sensitivity: 95)
        let name = "\(count) \(isSeasonal ? "seasonal" : "noise")"
        print("last \(name) \(try least { _ = try request.detectLast() })")
        print("entire \(name) \(try least { _ = try request.detectEntire() })")
      }
    }
  }

  /// A day's and, from 1,000 points on, a week's rhythm, and noise; the same in `detection.py`.
  static func series(_ count: Int, isSeasonal: Bool) -> [Point] {
    var state: UInt64 = 1
    return (0..<count).map { hour in
      // Knuth's MMIX generator, upper 32 bits.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let noise = Double(state >> 32) / 4_294_967_296
      let day = Double(abs(hour % 24 - 12))
      let week = count >= 1_000 ? Double(hour % 168 / 24 * 3) : 0
      return Point(
        timestamp: Timestamp(seconds: 1_554_076_800 + 3_600 * Int64(hour)),
        value: (isSeasonal ? 3 * day + week : 0) + 5 * noise + 20)
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
