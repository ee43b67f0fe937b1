/// A request that cannot be answered.
public struct DetectionError: Error, Hashable, CustomStringConvertible {
  /// The published codes, under their published names, and that of a parameter that was never published.
  public enum Code: String, CaseIterable, Sendable {
    case badArgument = "BadArgument"
    case invalidBoundaryVersion = "InvalidBoundaryVersion"
    case invalidCustomInterval = "InvalidCustomInterval"
    case invalidGranularity = "InvalidGranularity"
    case invalidImputeFixedValue = "InvalidImputeFixedValue"
    case invalidImputeMode = "InvalidImputeMode"
    case invalidJSONFormat = "InvalidJsonFormat"
    case invalidModelArgument = "InvalidModelArgument"
    case invalidPeriod = "InvalidPeriod"
    case invalidSeries = "InvalidSeries"
    case requiredGranularity = "RequiredGranularity"
    case requiredSeries = "RequiredSeries"
  }

  /// What a program goes by.
  public let code: Code
  /// What was found and where, and on a second line the way out.
  public let message: String

  /// What was found, for a caller that has words of its own for it. Points are named by their index in the series.
  package enum Fact: Hashable, Sendable {
    /// Too few points, or too many.
    case count
    case offGrid(point: Int)
    case tooLarge(point: Int)
    case noValue(point: Int)
    /// The point has the time of the one before it.
    case repeated(point: Int)
    /// The series spans so few steps that the period does not fit in twice.
    case longPeriod(Int, steps: Int)
    /// More steps of a series with this period lack a point than have one.
    case sparse(period: Int, points: Int, steps: Int)
    /// The gaps are not filled, and what is left has fewer than two periods.
    case unfilled(period: Int, points: Int)
  }

  /// Nil where the message says all there is.
  package let fact: Fact?

  /// - Parameters:
  ///   - problem: what was found, and at which point.
  ///   - remedy: what to do about it.
  public init(_ code: Code, _ problem: String, remedy: String) {
    self.init(code, problem, remedy: remedy, fact: nil)
  }

  package init(_ code: Code, _ problem: String, remedy: String, fact: Fact?) {
    self.code = code
    self.fact = fact
    message = problem + "\n" + remedy
  }

  public var description: String { message }
}
