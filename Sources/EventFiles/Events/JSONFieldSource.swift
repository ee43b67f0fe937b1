import CivilTime
import JSONText
import Wording

/// Events from JSON objects of any shape: the time and the number of each, at any depth.
package struct JSONFieldSource: BodySource {
  /// The members that hold time and number: `a`, or `a.b` for a nested one; nil takes the first of the usual names.
  private let time: String?
  private let value: String?
  private let path: String
  private let reader: RecordReader
  private let fields: [String]
  private var waiting: [JSON] = []
  private var count = 0
  private var bad = LeftOut(.entry)

  /// The share of the file that was read, from 0 to 1; nil if unknown.
  package var share: Double? { reader.share }
  /// The objects without an event.
  package var leftOut: [LeftOut] { [bad] }

  /// Members that hold the list of objects in services' answers.
  private static let envelopes = ["data", "events", "records", "value", "results", "items"]

  /// Reads from a reader that cuts the file into lines or objects.
  ///
  /// - Parameters:
  ///   - time: the member of the time, `a` or `a.b`; nil looks for the usual names.
  ///   - value: the member of the number; nil looks for the usual names.
  ///   - fields: further members to add to each event; null if an object has none of the name.
  package init(_ reader: RecordReader, time: String?, value: String?, fields: [String]) {
    path = reader.name
    self.reader = reader
    self.time = time
    self.value = value
    self.fields = fields
  }

  /// The events of the next objects, at most `maximum`; nil at the end.
  ///
  /// - Throws: `FileError`; ``EventFileError`` for a damaged file, and at the end if no object made an event.
  package mutating func next(maximum: Int) throws -> EventBodies? {
    let bodies = try reader.gather(maximum) { bodies in
      if waiting.isEmpty {
        guard let record = try reader.next() else { return false }
        if record.withoutBlanks.isEmpty { return true }
        do { waiting = objects(in: try JSON(parsing: record)).reversed() } catch {
          bad.add(.notJSON("\(error)"), line: reader.line)
        }
      }
      while !bodies.isFull(maximum), let object = waiting.popLast() {
        if let reason = append(object, to: &bodies) { bad.add(reason, line: reader.line) } else { count += 1 }
      }
      return true
    }
    if bodies == nil, count == 0, let first = bad.reasons.first {
      throw EventFileError(path: path, fault: .noEvents(rows: bad.count, line: first.line ?? 0, reason: first.reason))
    }
    return bodies
  }

  /// The object, or the objects of its list if it has no time itself.
  private func objects(in json: JSON) -> [JSON] {
    if member(time, DelimitedFileSource.timeNames, of: json) != nil { return [json] }
    return Self.envelopes.lazy.compactMap { json[$0]?.elements }.first { list in
      !list.isEmpty && list.allSatisfy { $0.members != nil }
    } ?? [json]
  }

  /// Adds an object's event; gives the reason if it has none, else nil.
  private func append(_ json: JSON, to bodies: inout EventBodies) -> NoEvent? {
    guard let time = member(time, DelimitedFileSource.timeNames, of: json) else {
      return missing(time, "time", in: json)
    }
    guard let timestamp = EventTime.read((time.text ?? time.description).utf8) else {
      return .time(time.text ?? time.description)
    }
    guard let value = member(value, DelimitedFileSource.valueNames, of: json) else {
      return missing(value, "number", in: json)
    }
    guard let number = DecimalText((value.text ?? value.description).utf8)?.json else {
      return .number(value.text ?? value.description)
    }
    let more = fields.map { ($0, member($0, [], of: json) ?? .null) }
    bodies.append(time: timestamp, number: number.utf8, more: more)
    return nil
  }

  private func missing(_ name: String?, _ role: String, in json: JSON) -> NoEvent {
    .missing(name.map { "'\($0)'" } ?? role, members: json.members?.keys.sorted() ?? [])
  }

  private func member(_ name: String?, _ usual: [String], of json: JSON) -> JSON? {
    guard let name else { return usual.lazy.compactMap { json[$0] }.first }
    if let member = json[name] { return member }
    var member: JSON? = json
    for part in name.split(separator: ".", omittingEmptySubsequences: false) { member = member?[String(part)] }
    return member
  }
}
