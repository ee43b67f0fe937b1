import CivilTime

/// A value that a column of that type cannot hold.
package struct TypeMismatch: Error, CustomStringConvertible {
  package let value: Value
  package let type: DataType

  package var description: String { "\(value) is no \(type.sqlName)" }
}

extension Column {
  /// A column of the given values. For small results; batches build their arrays directly.
  ///
  /// Whole numbers go into any numeric column that holds them, doubles only into `double`.
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

  /// The number of an integer or a double; nil for anything else.
  package var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }
}
