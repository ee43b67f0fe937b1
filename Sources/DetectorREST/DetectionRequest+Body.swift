package import AnomalyDetection
import CivilTime
package import JSONText

extension DetectionRequest {
  /// Reads a REST body, version 1.1. Null counts as absent.
  ///
  /// The first fault in the service's order is thrown, be it of the JSON (a text for a number) or of the values: fields behind
  /// a fault keep their defaults, and those before it are checked first.
  package init(body: JSON) throws(DetectionError) {
    guard case .object = body else {
      throw DetectionError(.invalidJSONFormat, "The request is no JSON object.", remedy: "Send {\"series\": […], …}.")
    }
    guard let series = body["series"] else {
      throw DetectionError(.requiredSeries, "The request has no series.", remedy: "Send {\"series\": […], …}.")
    }
    guard case .array(let points) = series else {
      throw DetectionError(.badArgument, "series is no array.", remedy: "Send an array of 12 to 8640 points.")
    }
    self.init(series: points.map(Point.init(lenient:)))
    do throws(DetectionError) {
      try readParameters(of: body)
    } catch {
      try checkParameters()
      throw error
    }
    try checkParameters()
    try checkCount()
    for (index, point) in points.enumerated() {
      guard let value = point["value"], value != .null, value.number == nil else { continue }
      throw DetectionError(
        .badArgument, "series[\(index)] has the value \(value), which is no number.", remedy: "Write it without quotes."
      )
    }
  }

  private mutating func readParameters(of body: JSON) throws(DetectionError) {
    if let name = body.present("granularity") {
      guard let granularity = name.text.flatMap(Granularity.init) else {
        let known = Granularity.allCases.map(\.rawValue).joined(separator: ", ")
        throw DetectionError(.invalidGranularity, "granularity is \(name).", remedy: "Choose one of \(known).")
      }
      self.granularity = granularity
    }
    if let interval = body.present("customInterval") {
      customInterval = try interval.wholeNumber("customInterval", .invalidCustomInterval)
    }
    if let period = body.present("period") {
      self.period = try period.wholeNumber("period", .invalidPeriod)
    }
    if let alpha = body.present("alpha") { self.alpha = try alpha.anyNumber("alpha") }
    if let ratio = body.present("maxAnomalyRatio") {
      maxAnomalyRatio = try ratio.anyNumber("maxAnomalyRatio")
    }
    if let sensitivity = body.present("sensitivity") {
      self.sensitivity = try sensitivity.wholeNumber("sensitivity", .invalidModelArgument)
    }
    if let threshold = body.present("threshold") { self.threshold = try threshold.anyNumber("threshold") }
    if let name = body.present("imputeMode") {
      switch name.text {
      case "last": imputeMode = .previous
      case "no": imputeMode = .notFill
      default:
        guard let mode = name.text.flatMap(ImputeMode.init) else {
          let known = ImputeMode.allCases.map(\.rawValue).joined(separator: ", ")
          throw DetectionError(.invalidImputeMode, "imputeMode is \(name).", remedy: "Choose one of \(known).")
        }
        imputeMode = mode
      }
      imputeFixedValue = body["imputeFixedValue"]?.number
    }
    if let name = body.present("boundaryVersion") {
      guard let version = name.text.flatMap(BoundaryVersion.init) else {
        throw DetectionError(
          .invalidBoundaryVersion, "boundaryVersion is \(name).", remedy: "Write V1, V2 or V3, or leave it out for V1.")
      }
      boundaryVersion = version
    }
  }
}

extension Point {
  /// What cannot be read becomes missing, and is refused in its turn.
  fileprivate init(lenient json: JSON) {
    self.init(
      timestamp: json["timestamp"]?.text.flatMap { Timestamp($0) },
      value: json["value"]?.number ?? .nan)
  }
}

extension JSON {
  fileprivate func present(_ key: String) -> JSON? {
    self[key].flatMap { $0 == .null ? nil : $0 }
  }

  fileprivate func wholeNumber(_ name: String, _ code: DetectionError.Code) throws(DetectionError) -> Int {
    guard let number = integer.flatMap({ Int(exactly: $0) }) else {
      throw DetectionError(code, "\(name) is \(self), which is no whole number.", remedy: "Write it as in 5.")
    }
    return number
  }

  fileprivate func anyNumber(_ name: String) throws(DetectionError) -> Double {
    guard let number else {
      throw DetectionError(
        .invalidModelArgument, "\(name) is \(self), which is no number.", remedy: "Write it as in 0.25.")
    }
    return number
  }
}
