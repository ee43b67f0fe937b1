import CivilTime
import Columnar

/// The texts of a column, and the type that fits them all: the first of BOOLEAN, BIGINT, DOUBLE, DATE and TIMESTAMP that keeps every
/// digit of every value, else STRING.
struct TextColumn {
  private struct Kinds: OptionSet {
    let rawValue: UInt8
    static let boolean = Kinds(rawValue: 1)
    static let long = Kinds(rawValue: 2)
    static let double = Kinds(rawValue: 4)
    static let date = Kinds(rawValue: 8)
    static let timestamp = Kinds(rawValue: 16)
    static let all: Kinds = [.boolean, .long, .double, .date, .timestamp]
  }

  /// The type that the caller wants; nil finds one.
  private let wanted: DataType?
  private var texts = StringValues()
  private var validity: [Bool] = []
  private var kinds = Kinds.all
  /// Whether a time has digits after the microsecond, which a TIMESTAMP loses.
  private(set) var cutsTimes = false

  init(_ wanted: DataType? = nil, nulls: Int = 0) {
    self.wanted = wanted
    for _ in 0..<nulls { appendNull() }
  }

  mutating func appendNull() {
    validity.append(false)
    texts.append([])
  }

  /// Adds a value.
  ///
  /// - Parameter isText: whether it was written as a text, so that it is neither a number nor a flag.
  /// - Returns: false, with nothing changed, if the value is not of the wanted type.
  mutating func append(_ bytes: ArraySlice<UInt8>, isText: Bool = false) -> Bool {
    let trimmed = bytes.withoutBlanks
    if let wanted {
      guard Self.fits(trimmed, wanted) else { return false }
    } else if !kinds.isEmpty {
      look(at: trimmed, isText: isText)
    }
    validity.append(true)
    texts.append(wanted == nil || wanted == .string ? bytes : trimmed)
    return true
  }

  private mutating func look(at text: ArraySlice<UInt8>, isText: Bool) {
    if kinds.contains(.boolean), isText || Self.boolean(text) == nil { kinds.remove(.boolean) }
    if !kinds.isDisjoint(with: [.long, .double]) {
      let number = isText ? nil : DecimalText(text)
      if number?.isExactLong != true { kinds.remove(.long) }
      if number?.isExactDouble != true { kinds.remove(.double) }
    }
    if kinds.isDisjoint(with: [.date, .timestamp]) { return }
    let time = Timestamp(iso8601: text)
    if time == nil || text.count != 10 { kinds.remove(.date) }
    if time == nil || text.count <= 10 { kinds.remove(.timestamp) }
    if text.count > 26, time != nil, !cutsTimes { cutsTimes = Self.hasMoreThanMicroseconds(text) }
  }

  private static func hasMoreThanMicroseconds(_ text: ArraySlice<UInt8>) -> Bool {
    let fraction = text.drop { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: ",") }.dropFirst()
    return fraction.prefix { (0x30...0x39).contains($0) }.dropFirst(6).contains { $0 != 0x30 }
  }

  /// The column of the type that fits, with the texts as its values.
  var column: Column {
    let marks = validity.contains(false) ? validity : nil
    func values<Element>(_ zero: Element, _ read: (ArraySlice<UInt8>) -> Element?) -> [Element] {
      (0..<texts.count).map { read(texts.bytes[texts.range($0)].withoutBlanks) ?? zero }
    }
    switch type {
    case .boolean: return Column(.boolean(values(false, Self.boolean)), validity: marks)
    case .integer: return Column(.integer(values(0) { Self.whole($0).flatMap(Int32.init(exactly:)) }), validity: marks)
    case .long: return Column(.long(values(0, Self.whole)), validity: marks)
    case .double: return Column(.double(values(0, Self.double)), validity: marks)
    case .date:
      return Column(.date(values(0) { EventTime.read($0).map { Int32($0.date.daysSinceEpoch) } }), validity: marks)
    case .timestamp: return Column(.timestamp(values(0) { EventTime.read($0)?.microseconds }), validity: marks)
    case .string, .decimal: return Column(.string(texts), validity: marks)
    }
  }

  private var type: DataType {
    if let wanted { return wanted }
    guard validity.contains(true) else { return .string }
    let order: [(Kinds, DataType)] = [
      (.boolean, .boolean), (.long, .long), (.double, .double), (.date, .date), (.timestamp, .timestamp),
    ]
    return order.first { kinds.contains($0.0) }?.1 ?? .string
  }

  // MARK: Values

  private static func fits(_ text: ArraySlice<UInt8>, _ type: DataType) -> Bool {
    switch type {
    case .boolean: boolean(text) != nil
    case .integer: whole(text).flatMap(Int32.init(exactly:)) != nil
    case .long: whole(text) != nil
    case .double: double(text) != nil
    case .date, .timestamp: EventTime.read(text) != nil
    case .string, .decimal: true
    }
  }

  /// As JSON, Python and R write them.
  private static func boolean(_ text: ArraySlice<UInt8>) -> Bool? {
    switch String(decoding: text.prefix(6), as: UTF8.self) {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  private static func whole(_ text: ArraySlice<UInt8>) -> Int64? {
    DecimalText(text)?.isWhole == true ? Int64(String(decoding: text, as: UTF8.self)) : nil
  }

  /// If the caller wants DOUBLE, also NaN and the infinities.
  private static func double(_ text: ArraySlice<UInt8>) -> Double? {
    if let number = DecimalText(text) { return number.double }
    switch String(decoding: text.prefix(10), as: UTF8.self).lowercased() {
    case "nan": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }
}
