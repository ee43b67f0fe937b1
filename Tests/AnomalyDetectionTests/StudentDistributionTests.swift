import Testing

@testable import AnomalyDetection

@Suite("Student's distribution")
struct StudentDistributionTests {
  @Test(
    "has the quantiles of the tables",
    arguments: [
      // Degrees of freedom, tail, quantile to all its digits.
      (1, 0.25, 1.0), (1, 0.05, 6.313751514675043), (2, 0.05, 2.919985580353726), (10, 0.025, 2.2281388519649385),
      (30, 0.01, 2.4572615424113666), (1_000, 0.001, 3.0984021639129257),
    ])
  func quantiles(degreesOfFreedom: Int, tail: Double, quantile: Double) {
    let found = StudentDistribution(degreesOfFreedom: Double(degreesOfFreedom)).quantile(upperTail: tail)
    #expect(abs(found - quantile) <= 1e-10 * quantile)
  }

  @Test("gives critical deviates whose rough values are good enough to decide by", arguments: [0.001, 0.05, 0.5])
  func critical(significance: Double) {
    for count in [3, 4, 5, 8, 11, 12, 13, 19, 30, 72, 100, 1_000, 8_640, 17_280] {
      let deviate = CriticalDeviate(count: count, significance: significance)
      #expect(abs(deviate.rough - Double(deviate.exact)) <= 5e-4 * deviate.rough)
    }
    #expect(CriticalDeviate(count: 2, significance: significance).exact == 0)
  }
}
