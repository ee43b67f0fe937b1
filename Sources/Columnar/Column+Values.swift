import CivilTime

/// A value that a column of a type cannot hold.
package struct TypeMismatch: Error, CustomStringConvertible {
  /// The value, as it was given.
  package let value: Value
  /// The column's type.
  package let type: DataType

  package var description: String { "\(value) is no \(type.sqlName)" }
}

extension Column {
  /// A column of the given values. For small results; batches build their arrays directly.
  ///
  /// Whole numbers go into any numeric column that can hold them, decimals into `double` and into decimal columns with
  /// enough digits, doubles only into `double`.
  /// - Throws: ``TypeMismatch``, naming the first value that the type cannot hold.
  package init(_ type: DataType, of values: [Value]) throws(TypeMismatch) {
    func gather<Element>(_ zero: Element, _ element: (Value) -> Element?) throws(TypeMismatch) -> [Element] {
      var elements: [Element] = []
      elements.reserveCapacity(values.count)
      for value in values {
        guard let element = value == .null ? zero : element(value) else {
          throw TypeMismatch(value: value, type: type)
        }
        elements.append(element)
      }
      return elements
    }
    let gathered: Values =
      switch type {
      case .boolean: .boolean(try gather(false) { if case .boolean(let flag) = $0 { flag } else { nil } })
      case .integer: .integer(try gather(0) { $0.wholeNumber.flatMap(Int32.init(exactly:)) })
      case .long: .long(try gather(0) { $0.wholeNumber })
      case .double: .double(try gather(0) { $0.number })
      case .string: .string(StringValues(try gather("") { if case .string(let text) = $0 { text } else { nil } }))
      case .date:
        .date(try gather(0) { if case .date(let day) = $0 { Int32(exactly: day.daysSinceEpoch) } else { nil } })
      case .decimal(let precision, let scale):
        .decimal(
          try gather(0) { $0.decimal?.digits(precision: precision, scale: scale) }, precision: precision, scale: scale)
      case .timestamp:
        .timestamp(try gather(0) { if case .timestamp(let time) = $0 { time.microseconds } else { nil } })
      }
    let validity = values.map { $0 != .null }
    self.init(gathered, validity: validity.contains(false) ? validity : nil)
  }
}

extension Value {
  /// The number of an integer; nil for anything else.
  package var wholeNumber: Int64? {
    if case .integer(let number) = self { number } else { nil }
  }

  /// The number of an integer, a decimal or a double; nil for anything else.
  package var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .double(let number): number
    case .decimal(let number): number.double
    default: nil
    }
  }

  /// The exact number of an integer or a decimal; nil for anything else.
  package var decimal: DecimalNumber? {
    switch self {
    case .integer(let number): DecimalNumber(digits: Int128(number), scale: 0)
    case .decimal(let number): number
    default: nil
    }
  }
}

extension Column {
  /// One value in every row; null for a value that the type cannot hold.
  package init(_ type: DataType, repeating value: Value, count: Int) {
    let one = (try? Column(type, of: [value])) ?? Column(Values(emptyOf: type))
    guard value != .null, one.count == 1 else {
      let zero = (try? Column(type, of: [.null])) ?? one
      self = Column(
        zero.picking(repeatElement(0, count: zero.count == 1 ? count : 0)).values,
        validity: Array(repeating: false, count: count))
      return
    }
    self = one.picking(repeatElement(0, count: count))
  }
}
