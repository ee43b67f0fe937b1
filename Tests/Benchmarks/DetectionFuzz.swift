import AnomalyDetection

/// `benchmarks fuzz COUNT [SEED]`: judges random series, awkward ones among them, and stops at the first answer that has a NaN
/// or an infinity. A crash or a hang shows by itself; the last number printed says at which series.
enum DetectionFuzz {
  static func run(count: Int, seed: UInt64) {
    var refused = 0
    for number in 0..<count {
      var random = Generator(state: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
      if number % 100_000 == 0 { print("series \(number)") }
      do {
        let (detector, points, step) = trial(&random)
        let series = if let step { try TimeSeries(points, every: step) } else { try TimeSeries(points) }
        let judgements = try detector.judge(series).points + [try detector.judgeLast(series)]
        let numbers = judgements.flatMap { [$0.expected, $0.upperMargin, $0.lowerMargin, $0.severity] }
        guard numbers.allSatisfy(\.isFinite), judgements.count == points.count + 1 else {
          fatalError("series \(number) of seed \(seed): an answer with NaN or infinity")
        }
        _ = try detector.explain(nil, of: series)
      } catch {
        refused += 1
      }
    }
    print("\(count) series: \(refused) refused, no crash, no answer with NaN or infinity")
  }

  private static func trial(_ random: inout Generator) -> (AzureDetector, [TimeSeries.Point], Step?) {
    let lengths = [12, 13, 24, 30, 48, 72, 100, 168, 400]
    let length = random.below(2_000) == 0 ? 8_640 : lengths[random.below(lengths.count)]
    let unit = random.below(Step.Unit.allCases.count + 1)
    let interval = [1, 1, 1, 5, 60][random.below(5)]
    let step = unit < Step.Unit.allCases.count ? Step(interval, Step.Unit.allCases[unit]) : nil
    var detector = AzureDetector(
      sensitivity: random.below(101), maxAnomalyRatio: 0.01 + Double(random.below(49)) / 100,
      gaps: [.automatic, .previous, .linear, .constant(0), .passOver][random.below(5)])
    if random.below(4) == 0 { detector.period = [0, 1, 2, 3, 5, 7, 12, 24, 1_000][random.below(9)] }
    let span = step?.microseconds ?? Int64(2_678_400_000_000) * Int64(interval)
    return (detector, points(length, span: span, &random), step)
  }

  private static func points(_ length: Int, span: Int64, _ random: inout Generator) -> [TimeSeries.Point] {
    let scale = [1, 1, 1e-300, 1e-9, 1e9, 1e99, 0][random.below(7)]
    let kind = random.below(6)
    var time: Int64 = 1_554_076_800_000_000
    return (0..<length).map { index in
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
      let point = TimeSeries.Point(time: Timestamp(microseconds: time), value: value * scale)
      time += span * (random.below(12) == 0 ? Int64(1 + random.below(20)) : 1)
      return point
    }
  }
}
