import CivilTime
import JSONText
import Wording

/// Events from JSON objects of any shape: a time and a number of each, wherever they stand in it.
struct JSONFieldSource: BodySource {
  /// The members that hold time and number: `a`, or `a.b` for one within another; nil takes the first of the usual names.
  private let time: String?
  private let value: String?
  private let path: String
  private let reader: RecordReader
  private let fields: [String]
  private var waiting: [JSON] = []
  private var count = 0
  private(set) var badCount = 0
  /// The first ten.
  private(set) var bad: [(line: Int, reason: String)] = []

  var share: Double? { reader.share }

  /// Members under which services answer with lists of objects.
  private static let envelopes = ["data", "events", "records", "value", "results", "items"]

  /// - Parameter reader: cutting the file into lines or objects.
  init(_ reader: RecordReader, time: String?, value: String?, fields: [String]) {
    path = reader.name
    self.reader = reader
    self.time = time
    self.value = value
    self.fields = fields
  }

  mutating func next(maximum: Int) throws -> EventBodies? {
    let bodies = try reader.gather(maximum) { bodies in
      if waiting.isEmpty {
        guard let record = try reader.next() else { return false }
        if record.withoutBlanks.isEmpty { return true }
        do { waiting = objects(in: try JSON(parsing: record)).reversed() } catch { note("it is no JSON: \(error)") }
      }
      while !bodies.isFull(maximum), let object = waiting.popLast() {
        if let reason = append(object, to: &bodies) { note(reason) } else { count += 1 }
      }
      return true
    }
    if bodies == nil, count == 0, let first = bad.first {
      throw SourceError(path: path, fault: .noEvents(rows: badCount, line: first.line, reason: first.reason))
    }
    return bodies
  }

  private mutating func note(_ reason: String) {
    badCount += 1
    if bad.count < 10 { bad.append((reader.line, reason)) }
  }

  /// The object, or those of the list in it where it has no time itself.
  private func objects(in json: JSON) -> [JSON] {
    if member(time, DelimitedFileSource.timeNames, of: json) != nil { return [json] }
    return Self.envelopes.lazy.compactMap { json[$0]?.elements }.first { list in
      !list.isEmpty && list.allSatisfy { $0.members != nil }
    } ?? [json]
  }

  /// Adds an object's event; gives back why it has none.
  private func append(_ json: JSON, to bodies: inout EventBodies) -> String? {
    guard let time = member(time, DelimitedFileSource.timeNames, of: json) else {
      return missing(time, "time", in: json)
    }
    guard let timestamp = EventTime.read((time.text ?? time.description).utf8) else {
      return "'\(Self.shown(time))' \(EventTime.fault)"
    }
    guard let value = member(value, DelimitedFileSource.valueNames, of: json) else {
      return missing(value, "number", in: json)
    }
    guard let number = DecimalText((value.text ?? value.description).utf8)?.json else {
      return "'\(Self.shown(value))' is no number"
    }
    let more = fields.map { ($0, member($0, [], of: json) ?? .null) }
    bodies.append(time: timestamp, number: number.utf8, more: more)
    return nil
  }

  private func missing(_ name: String?, _ role: String, in json: JSON) -> String {
    let names = json.members?.keys.sorted().prefix(12).joined(separator: ", ") ?? ""
    return "it has no \(name.map { "'\($0)'" } ?? role)"
      + (names.isEmpty ? "" : "; it has \(visible(names, lineEnd: "⏎"))")
  }

  private func member(_ name: String?, _ usual: [String], of json: JSON) -> JSON? {
    guard let name else { return usual.lazy.compactMap { json[$0] }.first }
    if let member = json[name] { return member }
    var place: JSON? = json
    for part in name.split(separator: ".", omittingEmptySubsequences: false) { place = place?[String(part)] }
    return place
  }

  private static func shown(_ json: JSON) -> String {
    visible(String((json.text ?? json.description).prefix(40)), lineEnd: "⏎")
  }
}
