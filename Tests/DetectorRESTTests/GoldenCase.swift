import DetectorREST
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
    let answer = ScoredLine.answer(to: content)
    if let wanted = expected["code"] {
      return answer["code"] == wanted ? [] : ["expected \(wanted), found \(answer["code"] ?? "an answer")"]
    }
    if let message = answer["message"] { return ["expected an answer, found \(message)"] }
    return (expected.members ?? [:]).sorted { $0.key < $1.key }.flatMap { name, wanted in
      Self.differences(answer[name] ?? .null, wanted, name)
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
