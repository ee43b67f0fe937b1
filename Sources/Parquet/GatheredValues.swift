import CivilTime
import Columnar

/// The values of the pages read so far, in our column's form.
struct GatheredValues {
  private let physical: PhysicalColumn
  private(set) var count = 0
  /// Whether times were truncated to microseconds.
  private(set) var hasLostDigits = false
  private var values: Column.Values
  private var validity: [Bool] = []
  private var hasNulls = false

  init(_ column: PhysicalColumn) {
    physical = column
    values = Column.Values(emptyOf: column.type)
  }

  /// The column.
  ///
  /// - Parameter isOldCalendar: whether days before 1582-10-15 are in the Julian calendar.
  /// - Throws: a fault for a text that is not UTF-8, for a decimal with more digits than the column has, and for a day outside of
  ///   our calendar's range.
  func finish(isOldCalendar: Bool = false) throws(Fault) -> Column {
    let days = isOldCalendar ? CalendarRange.gregorian : .all
    switch values {
    case .date(let values):
      if let row = days.firstBeyond(values) {
        throw Self.beyond(row, "the day \(CivilDate(daysSinceEpoch: Int(values[row]))) \(days.fault)")
      }
    case .timestamp(let values):
      if let row = days.firstBeyond(values) {
        throw Self.beyond(row, "the time \(Timestamp(microseconds: values[row])) \(days.fault)")
      }
    case .string(let texts):
      if let row = texts.firstNotUTF8 { throw Fault(position: nil, kind: .notUTF8(row: row)) }
    case .decimal(let digits, let precision, let scale):
      let limit = (0..<precision).reduce(UInt128(1)) { power, _ in power * 10 }
      if let row = digits.firstIndex(where: { $0.magnitude >= limit }) {
        let number = DecimalNumber(digits: digits[row], scale: scale)
        throw Self.beyond(row, "\(number) has more than \(precision) digits")
      }
    default: break
    }
    return Column(values, validity: hasNulls ? validity : nil)
  }

  private static func beyond(_ row: Int, _ what: String) -> Fault {
    Fault(position: nil, kind: .outOfRange(row: row, what: what))
  }

  /// Adds a page.
  ///
  /// - Parameters:
  ///   - stored: the values that are not null.
  ///   - flags: the rows that have a value; nil for all.
  /// - Throws: a fault for a time that microseconds since 1970 cannot represent.
  mutating func append(_ stored: StoredValues, _ flags: [Bool]?, _ rows: Int) throws(Fault) {
    let before = count
    appendValidity(flags, rows)
    // Moved out while it grows, so that it is not copied.
    let gathered = values
    values = .boolean([])
    switch (gathered, stored) {
    case (.boolean(var list), .booleans(let new)):
      list.append(contentsOf: Self.spread(new, flags, false))
      values = .boolean(list)
    case (.integer(var list), .int32(let new)):
      list.append(contentsOf: Self.spread(new, flags, 0))
      values = .integer(list)
    case (.date(var list), .int32(let new)):
      list.append(contentsOf: Self.spread(new, flags, 0))
      values = .date(list)
    case (.long(var list), .int64(let new)):
      if physical.conversion == .unsigned, let index = new.firstIndex(where: { $0 < 0 }) {
        let number = UInt64(bitPattern: new[index])
        throw Self.beyond(
          before + Self.row(index, flags), "the UNSIGNED INT \(number) is beyond what a BIGINT can hold")
      }
      list.append(contentsOf: Self.spread(new, flags, 0))
      values = .long(list)
    // Unsigned, of 32 bits.
    case (.long(var list), .int32(let new)):
      list.append(contentsOf: Self.spread(new.map { Int64(UInt32(bitPattern: $0)) }, flags, 0))
      values = .long(list)
    case (.timestamp(var list), .int64(let new)):
      list.append(contentsOf: Self.spread(try microseconds(new, flags, rowsBefore: before), flags, 0))
      values = .timestamp(list)
    case (.double(var list), .doubles(let new)):
      list.append(contentsOf: Self.spread(new, flags, 0))
      values = .double(list)
    case (.double(var list), .floats(let new)):
      list.append(contentsOf: Self.spread(new.map(Double.init), flags, 0))
      values = .double(list)
    case (.decimal(var list, let precision, let scale), .int32(let new)):
      list.append(contentsOf: Self.spread(new.map { Int128($0) }, flags, 0))
      values = .decimal(list, precision: precision, scale: scale)
    case (.decimal(var list, let precision, let scale), .int64(let new)):
      list.append(contentsOf: Self.spread(new.map { Int128($0) }, flags, 0))
      values = .decimal(list, precision: precision, scale: scale)
    case (.decimal(var list, let precision, let scale), .wide(let new)):
      list.append(contentsOf: Self.spread(new, flags, 0))
      values = .decimal(list, precision: precision, scale: scale)
    case (.string(var list), .texts(let new)):
      Self.append(new, flags, rows, to: &list)
      values = .string(list)
    // `PhysicalColumn` allows only these pairs.
    default: values = gathered
    }
  }

  private mutating func appendValidity(_ flags: [Bool]?, _ rows: Int) {
    if let flags {
      if !hasNulls { validity = Array(repeating: true, count: count) }
      hasNulls = true
      validity.append(contentsOf: flags)
    } else if hasNulls {
      validity.append(contentsOf: repeatElement(true, count: rows))
    }
    count += rows
  }

  private static func append(_ texts: StringValues, _ flags: [Bool]?, _ rows: Int, to list: inout StringValues) {
    var next = 0
    for row in 0..<rows {
      if flags?[row] ?? true {
        list.append(texts.bytes[texts.range(next)])
        next += 1
      } else {
        list.append([])
      }
    }
  }

  /// The values by row, with zeros for nulls.
  private static func spread<Element>(_ new: [Element], _ flags: [Bool]?, _ zero: Element) -> [Element] {
    guard let flags else { return new }
    var next = 0
    return flags.map { isPresent in
      guard isPresent else { return zero }
      next += 1
      return new[next - 1]
    }
  }

  /// The page's row of a value.
  private static func row(_ index: Int, _ flags: [Bool]?) -> Int {
    flags.map { flags in flags.indices.filter { flags[$0] }[index] } ?? index
  }

  private mutating func microseconds(
    _ times: [Int64], _ flags: [Bool]?, rowsBefore: Int
  ) throws(Fault) -> [Int64] {
    switch physical.conversion {
    case .none, .unsigned: return times
    case .milliseconds:
      let limit = Int64.max / 1_000
      if let index = times.firstIndex(where: { $0.magnitude > limit }) {
        throw Self.beyond(
          rowsBefore + Self.row(index, flags), "\(times[index]) milliseconds are beyond what a TIMESTAMP can hold")
      }
      return times.map { $0 * 1_000 }
    case .nanoseconds:
      return times.map { time in
        let rest = time % 1_000
        if rest != 0 { hasLostDigits = true }
        return time / 1_000 - (rest < 0 ? 1 : 0)
      }
    }
  }
}
