import AnomalyDetection
import Foundation
import JSONText

/// A request, and what the open-sourced detector answers to it.
struct GoldenCase: Sendable {
  let content: JSON

  var id: String { content["id"]?.text ?? "" }
  var request: JSON { content["request"] ?? .null }
  var expected: JSON { content["expected"] ?? .null }
  /// The model that the package chose; nil where it answered with an error.
  var model: String? { content["debug"]?["model"]?.text }
  var delta: Int64? { content["debug"]?["delta"]?.integer }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  static let families: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return files.filter { $0.hasSuffix(".jsonl") }.map { String($0.dropLast(6)) }.sorted()
  }()

  static func family(_ name: String) throws -> [GoldenCase] {
    let text = try Data(contentsOf: folder.appending(path: name + ".jsonl"))
    return try text.split(separator: UInt8(ascii: "\n")).map { GoldenCase(content: try JSON(parsing: $0)) }
  }

  /// Where the answer differs from the expected one; empty if it agrees.
  func differences() -> [String] {
    do throws(DetectionError) {
      let request = try DetectionRequest(body: request)
      let answer =
        content["detectMode"] == "last" ? JSON(try request.detectLast()) : JSON(try request.detectEntire())
      if let code = expected["code"] { return ["expected \(code), but was answered"] }
      return (expected.members ?? [:]).sorted { $0.key < $1.key }.flatMap { name, wanted in
        Self.differences(answer[name] ?? .null, wanted, name)
      }
    } catch {
      let wanted = expected["code"]?.text ?? "an answer"
      return error.code.rawValue == wanted ? [] : ["expected \(wanted), found \(error.code.rawValue): \(error)"]
    }
  }

  /// Flags and whole numbers must be equal, others within a millionth.
  private static func differences(_ found: JSON, _ wanted: JSON, _ path: String) -> [String] {
    switch (found, wanted) {
    case (.array(let found), .array(let wanted)) where found.count == wanted.count:
      return zip(found, wanted).enumerated().flatMap { index, pair in
        differences(pair.0, pair.1, "\(path)[\(index)]")
      }
    case (.double(let found), _):
      guard let wanted = wanted.number, (found - wanted).magnitude <= 1e-9 + 1e-6 * wanted.magnitude else {
        return ["\(path): expected \(wanted), found \(found)"]
      }
      return []
    default:
      return found == wanted ? [] : ["\(path): expected \(wanted), found \(found)"]
    }
  }
}

extension JSON {
  init(_ detection: EntireDetection) {
    self = [
      "period": .integer(Int64(detection.period)),
      "expectedValues": .array(detection.expectedValues.map(JSON.double)),
      "upperMargins": .array(detection.upperMargins.map(JSON.double)),
      "lowerMargins": .array(detection.lowerMargins.map(JSON.double)),
      "isAnomaly": .array(detection.isAnomaly.map(JSON.boolean)),
      "isNegativeAnomaly": .array(detection.isNegativeAnomaly.map(JSON.boolean)),
      "isPositiveAnomaly": .array(detection.isPositiveAnomaly.map(JSON.boolean)),
      "severity": .array(detection.severity.map(JSON.double)),
    ]
  }

  init(_ detection: LastDetection) {
    self = [
      "period": .integer(Int64(detection.period)),
      "suggestedWindow": .integer(Int64(detection.suggestedWindow)),
      "expectedValue": .double(detection.expectedValue),
      "upperMargin": .double(detection.upperMargin),
      "lowerMargin": .double(detection.lowerMargin),
      "isAnomaly": .boolean(detection.isAnomaly),
      "isNegativeAnomaly": .boolean(detection.isNegativeAnomaly),
      "isPositiveAnomaly": .boolean(detection.isPositiveAnomaly),
      "severity": .double(detection.severity),
    ]
  }
}
