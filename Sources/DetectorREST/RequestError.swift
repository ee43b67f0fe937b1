/// A request that cannot be answered, as REST tells of it.
struct RequestError: Error, Hashable {
  /// The published codes, and that of a parameter that was never published.
  enum Code: String, Sendable {
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
    case requiredSeries = "RequiredSeries"
  }

  /// What a program goes by.
  let code: Code
  /// What was found and where, and on a second line what to do about it.
  let message: String

  init(_ code: Code, _ problem: String, remedy: String) {
    self.code = code
    message = problem + "\n" + remedy
  }
}
