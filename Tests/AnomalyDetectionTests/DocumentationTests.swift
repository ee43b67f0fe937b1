import AnomalyDetection
import Foundation
import Testing

/// The programs in AnomalyDetection.docc and in the documentation comments of AnomalyDetection. The comments at the end of a program
/// there are what it prints.
@Suite("A program in the documentation")
struct DocumentationTests {
  typealias Print = (Any...) -> Void

  /// A program as the documentation shows it.
  struct Program: Sendable, CustomTestStringConvertible {
    let place: String
    let lines: [String]

    /// Without imports and outputs.
    var code: [String] { lines.filter { !$0.hasPrefix("import ") && !$0.hasPrefix("//") } }
    var printed: [String] { lines.filter { $0.hasPrefix("// ") }.map { String($0.dropFirst(3)) } }
    var testDescription: String { "\(place): \(code.first { !$0.isEmpty } ?? "")" }
  }

  private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/AnomalyDetection").standardized

  static let programs: [Program] = {
    let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
    return (files ?? []).filter { ["md", "swift"].contains($0.pathExtension) }.sorted { $0.path < $1.path }.flatMap(
      programs)
  }()

  private static func programs(in file: URL) -> [Program] {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    var programs: [Program] = []
    var lines: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let line =
        file.pathExtension == "md" ? String(line) : line.firstMatch(of: #/^ *\/\/\/ ?(.*)$/#).map { String($0.1) } ?? ""
      if line == "```swift" {
        lines = []
      } else if line == "```", let program = lines {
        programs.append(Program(place: file.lastPathComponent, lines: program))
        lines = nil
      } else {
        lines?.append(line)
      }
    }
    return programs
  }

  /// The body of each function below, without its indent.
  private static func bodies() throws -> [String: [String]] {
    let source = try String(contentsOfFile: #filePath, encoding: .utf8)
    let functions = source.matches(
      of: #/\n  static func (\w+)\(print: Print\) throws \{\n(.*?)\n  \}\n/#.dotMatchesNewlines())
    return Dictionary(
      uniqueKeysWithValues: functions.map { match in
        let lines = match.2.split(separator: "\n", omittingEmptySubsequences: false)
        return (String(match.1), lines.map { String($0.dropFirst(4)) })
      })
  }

  @Test("is compiled, runs, and prints what is shown", arguments: programs)
  func run(program: Program) throws {
    let code = Array(program.code.trimmed)
    let name = try #require(try Self.bodies().first { $0.value == code }?.key, "no function below is this program")
    let function = try #require(Self.functions[name])
    var printed: [String] = []
    try function { printed += $0.map { "\($0)" }.joined(separator: " ").split(separator: "\n").map(String.init) }
    #expect(printed == program.printed)
  }

  @Test("are all shown")
  func shown() throws {
    let shown = Self.programs.map { Array($0.code.trimmed) }
    #expect(try Self.bodies().filter { !shown.contains($0.value) }.keys.sorted() == [])
    #expect(try Self.bodies().keys.sorted() == Self.functions.keys.sorted())
  }
}

extension [String] {
  /// Without empty lines at both ends.
  fileprivate var trimmed: ArraySlice<String> {
    guard let first = firstIndex(where: { !$0.isEmpty }), let last = lastIndex(where: { !$0.isEmpty }) else {
      return []
    }
    return self[first...last]
  }
}

// The programs.
extension DocumentationTests {
  static let functions: [String: @Sendable (Print) throws -> Void] = [
    "judgeAll": judgeAll,
    "judgeNewest": judgeNewest,
    "explain": explain,
    "ownDetector": ownDetector,
    "fillGaps": fillGaps,
    "offGrid": offGrid,
    "calendar": calendar,
    "serviceDefaults": serviceDefaults,
    "timeSeries": timeSeries,
    "azureDetector": azureDetector,
  ]

  static func judgeAll(print: Print) throws {
    let values = [1, 2, 1, 3, 2, 1, 2, 1, 90, 2, 1, 3.0]
    let series = try TimeSeries(values, every: .hours(1), from: "2019-04-01T00:00:00Z")
    for point in try AzureDetector(sensitivity: 95).judge(series).anomalies {
      print(point.time, point.value, point.expected, point.direction)
    }
  }

  static func judgeNewest(print: Print) throws {
    let values = [1, 2, 1, 3, 2, 1, 2, 1, 2, 1, 3, 90.0]
    let series = try TimeSeries(values, every: .hours(1), from: "2019-04-01T00:00:00Z")
    let newest = try AzureDetector().judgeLast(series)
    print(newest.direction, newest.severity)
  }

  static func explain(print: Print) throws {
    var values = (0..<72).map { Double($0 % 12) }
    values[40] = 20
    let series = try TimeSeries(values, every: .hours(1), from: "2019-04-01T00:00:00Z")
    let explanation = try AzureDetector().explain(40, of: series)
    print(explanation.method, explanation.judgement.period)
    print(explanation.judgement.direction, explanation.judgement.expected.rounded())
  }

  static func ownDetector(print: Print) throws {
    struct Limit: Detector {
      let greatest: Double

      func judge(_ series: TimeSeries) -> Judgements {
        Judgements(series.points.indices.map { judgement($0, series) })
      }

      func judgeLast(_ series: TimeSeries) throws(DetectionError) -> Judgement {
        let count = series.points.count
        guard count > 0 else { throw .pointCount(0, permitted: 1...(.max)) }
        return judgement(count - 1, series)
      }

      func explain(_ index: Int?, of series: TimeSeries) throws(DetectionError) -> Explanation {
        let count = series.points.count
        let index = index ?? count - 1
        guard series.points.indices.contains(index) else { throw .noSuchPoint(index: index, count: count) }
        let judgement = judgement(index, series)
        return Explanation(
          of: judgement, isOutlier: judgement.isAnomaly, method: .dynamicThreshold, hasMajority: false,
          isPeriodGiven: true, seasonalStrength: nil, flippingSensitivity: nil, missingCount: 0,
          areMissingFilled: false)
      }

      private func judgement(_ index: Int, _ series: TimeSeries) -> Judgement {
        let point = series.points[index]
        let isHigh = point.value > greatest
        return Judgement(
          index: index, point: point, expected: min(point.value, greatest), lowerMargin: .infinity,
          upperMargin: max(greatest - point.value, 0), direction: isHigh ? .high : .none,
          severity: isHigh ? 1 : 0, period: 0)
      }
    }

    let detectors: [any Detector] = [Limit(greatest: 50), AzureDetector()]
    let series = try TimeSeries([1, 2, 1, 3, 2, 1, 2, 1, 90, 2, 1, 3])
    for detector in detectors {
      print(try detector.judge(series).anomalies.map(\.index))
    }
  }

  static func fillGaps(print: Print) throws {
    let hours = (0..<48).filter { $0 != 30 }
    let points = hours.map { hour in
      TimeSeries.Point(time: Timestamp(seconds: 3_600 * Int64(hour)), value: Double(hour % 12))
    }
    let series = try TimeSeries(points, every: .hours(1))
    let explanation = try AzureDetector(gaps: .linear).explain(nil, of: series)
    print(explanation.missingCount, explanation.areMissingFilled)
  }

  static func offGrid(print: Print) throws {
    let points = (0..<24).map { hour in
      TimeSeries.Point(time: Timestamp(seconds: 3_600 * hour), value: 1)
    }
    do {
      _ = try TimeSeries(points, every: .hours(2))
    } catch {
      print(error)
    }
  }

  static func calendar(print: Print) throws {
    let series = try TimeSeries([1, 2, 3], every: .months(1), from: "2023-01-31T00:00:00Z")
    print(series.points.map(\.time.date))
  }

  static func serviceDefaults(print: Print) throws {
    let detector = AzureDetector(sensitivity: 99, maxAnomalyRatio: 0.25, period: nil, gaps: .automatic)
    let series = try TimeSeries([1, 2, 1, 3, 2, 1, 2, 1, 90, 2, 1, 3])
    let judgements = try detector.judge(series)
    print(judgements.points.map { $0.isAnomaly ? 1 : 0 }, judgements.period)
  }

  static func timeSeries(print: Print) throws {
    let series = try TimeSeries([3, 4, 5], every: .hours(1), from: "2019-04-01T00:00:00Z")
    print(series.points[2].time)
  }

  static func azureDetector(print: Print) throws {
    let series = try TimeSeries([1, 2, 1, 3, 2, 1, 2, 1, 2, 1, 3, 90])
    let newest = try AzureDetector(sensitivity: 90, gaps: .linear).judgeLast(series)
    print(newest.direction)
  }
}
