import AnomalyDetection
import CivilTime

/// `benchmarks fuzz COUNT [SEED]`: detects in random series, awkward ones among them, and stops at the first answer that has a NaN
/// or an infinity. A crash or a hang shows by itself; the last seed printed says where.
enum DetectionFuzz {
  static func run(count: Int, seed: UInt64) {
    var refused = 0
    for number in 0..<count {
      var random = Generator(state: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
      if number % 100_000 == 0 { print("series \(number)") }
      let request = request(&random)
      do {
        let entire = try request.detectEntire()
        let last = try request.detectLast()
        let numbers =
          entire.expectedValues + entire.upperMargins + entire.lowerMargins + entire.severity
          + [last.expectedValue, last.upperMargin, last.lowerMargin, last.severity]
        guard numbers.allSatisfy(\.isFinite), entire.expectedValues.count == request.series.count else {
          fatalError("series \(number) of seed \(seed): an answer that is no number")
        }
        _ = try request.explain()
      } catch {
        refused += 1
      }
    }
    print("\(count) series: \(refused) refused with a code, no crash, no answer with NaN or infinity")
  }

  private static func request(_ random: inout Generator) -> DetectionRequest {
    let lengths = [12, 13, 24, 30, 48, 72, 100, 168, 400]
    let length = random.below(2_000) == 0 ? 8_640 : lengths[random.below(lengths.count)]
    let granularities = Granularity.allCases
    var request = DetectionRequest(series: [], granularity: granularities[random.below(granularities.count)])
    request.customInterval = [1, 1, 1, 5, 60][random.below(5)]
    request.sensitivity = random.below(101)
    request.maxAnomalyRatio = 0.01 + Double(random.below(49)) / 100
    request.imputeMode = ImputeMode.allCases[random.below(ImputeMode.allCases.count)]
    request.imputeFixedValue = 0
    if random.below(4) == 0 { request.period = [0, 1, 2, 3, 5, 7, 12, 24, 1_000][random.below(9)] }
    let step = Int64(
      ((request.granularity.secondsPerStep ?? 2_678_400) * Double(request.customInterval) * 1_000_000).rounded())
    let scale = [1, 1, 1e-300, 1e-9, 1e9, 1e99, 0][random.below(7)]
    let kind = random.below(6)
    var time: Int64 = 1_554_076_800_000_000
    for index in 0..<length {
      var value = random.unit()
      switch kind {
      case 0: value = Double(index % 7) + value / 10
      case 1: value = random.below(10) == 0 ? value * 100 : 1
      case 2: value = Double(random.below(3))
      case 3: value = Double(index * index)
      case 4:
        value =
          random.below(30) == 0
          ? [.nan, .infinity, -.infinity, 1e308, .leastNonzeroMagnitude, -0.0][random.below(6)] : value
      default: break
      }
      request.series.append(Point(timestamp: Timestamp(microseconds: time), value: value * scale))
      time += step * (random.below(12) == 0 ? Int64(1 + random.below(20)) : 1)
    }
    return request
  }
}
