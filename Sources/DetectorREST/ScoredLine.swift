package import JSONText

/// A request to score: `{"detectMode": "last"|"entire", "request": {…}}`, whose `request` is a REST body. Other members are
/// ignored.
package enum ScoredLine {
  /// The REST response, or `{"code", "message"}`.
  package static func answer(to line: some Collection<UInt8>) -> JSON {
    do {
      return answer(to: try JSON(parsing: line))
    } catch {
      return JSON(
        RequestError(
          .invalidJSONFormat, "The line is not JSON: \(error).",
          remedy: "Write {\"detectMode\": \"last\", \"request\": {\"series\": […], …}} on one line."))
    }
  }

  /// The REST response, or `{"code", "message"}`.
  package static func answer(to line: JSON) -> JSON {
    do throws(RequestError) {
      guard case .object = line else {
        throw RequestError(
          .invalidJSONFormat, "The line is not a JSON object.",
          remedy: "Write {\"detectMode\": \"last\", \"request\": {\"series\": […], …}}.")
      }
      let request = try DetectionRequest(body: line["request"] ?? .null)
      switch line["detectMode"]?.text {
      case "last": return JSON(try request.detectLast(), granularity: request.granularity)
      case "entire": return JSON(try request.detectEntire())
      default:
        throw RequestError(
          .badArgument, "detectMode is \(line["detectMode"] ?? "missing").", remedy: "Write last or entire.")
      }
    } catch {
      return JSON(error)
    }
  }
}
