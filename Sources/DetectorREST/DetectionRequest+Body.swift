import AnomalyDetection
import JSONText

extension DetectionRequest {
  /// Reads a REST body, version 1.1. Null counts as absent.
  ///
  /// Throws the first fault in the service's order, be it of the JSON (a text for a number) or of the values. Fields behind a
  /// fault keep their defaults, so that the fields before it are checked first.
  init(body: JSON) throws(RequestError) {
    guard case .object = body else {
      throw RequestError(.invalidJSONFormat, "The request is not a JSON object.", remedy: "Send {\"series\": […], …}.")
    }
    guard let series = body["series"] else {
      throw RequestError(.requiredSeries, "The request has no series.", remedy: "Send {\"series\": […], …}.")
    }
    guard case .array(let points) = series else {
      throw RequestError(.badArgument, "series is not an array.", remedy: "Send an array of 12 to 8640 points.")
    }
    self.init(points: points.map(Point.init(lenient:)))
    do throws(RequestError) {
      try readParameters(of: body)
    } catch {
      try checkParameters()
      throw error
    }
    try checkParameters()
    try checkCount()
    for (index, point) in points.enumerated() {
      guard let value = point["value"], value != .null, value.number == nil else { continue }
      throw RequestError(
        .badArgument, "series[\(index)] has the value \(value), which is not a number.",
        remedy: "Write it without quotes."
      )
    }
  }

  private mutating func readParameters(of body: JSON) throws(RequestError) {
    if let name = body.present("granularity") {
      guard let granularity = name.text.flatMap(Granularity.init) else {
        let known = Granularity.allCases.map(\.rawValue).joined(separator: ", ")
        throw RequestError(.invalidGranularity, "granularity is \(name).", remedy: "Choose one of \(known).")
      }
      self.granularity = granularity
    }
    if let interval = body.present("customInterval") {
      customInterval = try interval.wholeNumber("customInterval", .invalidCustomInterval)
    }
    if let period = body.present("period") {
      detector.period = try period.wholeNumber("period", .invalidPeriod)
    }
    if let alpha = body.present("alpha") { detector.significance = try alpha.anyNumber("alpha") }
    if let ratio = body.present("maxAnomalyRatio") {
      detector.maxAnomalyRatio = try ratio.anyNumber("maxAnomalyRatio")
    }
    if let sensitivity = body.present("sensitivity") {
      detector.sensitivity = try sensitivity.wholeNumber("sensitivity", .invalidModelArgument)
    }
    if let threshold = body.present("threshold") { detector.saliencyThreshold = try threshold.anyNumber("threshold") }
    if let name = body.present("imputeMode") {
      guard let mode = name.text.flatMap(ImputeMode.init(name:)) else {
        let known = ImputeMode.allCases.map(\.rawValue).joined(separator: ", ")
        throw RequestError(.invalidImputeMode, "imputeMode is \(name).", remedy: "Choose one of \(known).")
      }
      imputeFixedValue = body["imputeFixedValue"]?.number
      detector.gaps = mode.gaps(fixed: imputeFixedValue)
    }
    if let name = body.present("boundaryVersion") {
      switch name.text {
      case "V1": detector.band = .shareOfExpected
      case "V2", "V3": detector.band = .trendUnits
      default:
        throw RequestError(
          .invalidBoundaryVersion, "boundaryVersion is \(name).", remedy: "Write V1, V2 or V3, or leave it out for V1.")
      }
    }
  }
}

extension DetectionRequest.Point {
  /// What cannot be read becomes missing; later checks refuse it.
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

  fileprivate func wholeNumber(_ name: String, _ code: RequestError.Code) throws(RequestError) -> Int {
    guard let number = integer.flatMap({ Int(exactly: $0) }) else {
      throw RequestError(code, "\(name) is \(self), which is not a whole number.", remedy: "Write it as in 5.")
    }
    return number
  }

  fileprivate func anyNumber(_ name: String) throws(RequestError) -> Double {
    guard let number else {
      throw RequestError(
        .invalidModelArgument, "\(name) is \(self), which is not a number.", remedy: "Write it as in 0.25.")
    }
    return number
  }
}
