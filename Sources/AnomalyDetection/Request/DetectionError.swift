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

  /// - Parameters:
  ///   - problem: what was found, and at which point.
  ///   - remedy: what to do about it.
  public init(_ code: Code, _ problem: String, remedy: String) {
    self.code = code
    message = problem + "\n" + remedy
  }

  public var description: String { message }
}
