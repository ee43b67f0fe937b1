import Columnar

/// Room for the rows of a batch: for each field a number or a place in the bodies, and whether there is one.
/// Freed by ``deallocate()``, which its only user calls.
struct EventRows {
  let width: Int
  let capacity: Int
  var count = 0
  var dateCache = DateCache()
  /// Field after field, `capacity` each: the value's bits; of a text the place of its first byte.
  let slots: UnsafeMutablePointer<Int64>
  /// Likewise: of a text the count of bytes, negative where it has escapes.
  let lengths: UnsafeMutablePointer<Int64>
  let validity: UnsafeMutablePointer<Bool>

  init(schema: Schema, capacity: Int) {
    width = schema.fields.count
    self.capacity = capacity
    slots = .allocate(capacity: max(1, width * capacity))
    let hasTexts = schema.fields.contains { $0.type == .string }
    lengths = .allocate(capacity: max(1, hasTexts ? width * capacity : 0))
    validity = .allocate(capacity: max(1, width * capacity))
  }

  func deallocate() {
    slots.deallocate()
    lengths.deallocate()
    validity.deallocate()
  }

  @inline(__always)
  func beginRow() {
    for field in 0..<width {
      slots[field * capacity + count] = 0
      validity[field * capacity + count] = false
    }
  }

  @inline(__always)
  func set(_ field: Int, _ bits: Int64) {
    slots[field * capacity + count] = bits
    validity[field * capacity + count] = true
  }

  @inline(__always)
  func setText(_ field: Int, start: Int, length: Int, isEscaped: Bool) {
    set(field, Int64(start))
    // An escaped text has at least two bytes, so that its negative length is never zero.
    lengths[field * capacity + count] = Int64(isEscaped ? -length : length)
  }

  @inline(__always)
  func setNull(_ field: Int) {
    slots[field * capacity + count] = 0
    validity[field * capacity + count] = false
  }

  func table(schema: Schema, bodies: [UInt8]) -> Table {
    let columns = schema.fields.indices.map { field in
      column(field, type: schema.fields[field].type, bodies: bodies)
    }
    return Table(schema: schema, columns: columns)
  }

  private func column(_ field: Int, type: DataType, bodies: [UInt8]) -> Column {
    let slots = UnsafeBufferPointer(start: slots + field * capacity, count: count)
    let marks = UnsafeBufferPointer(start: validity + field * capacity, count: count)
    let values: Column.Values =
      switch type {
      case .boolean: .boolean(slots.map { $0 != 0 })
      case .integer: .integer(slots.map { Int32(truncatingIfNeeded: $0) })
      case .long: .long(Array(slots))
      case .double: .double(slots.map { Double(bitPattern: UInt64(bitPattern: $0)) })
      case .timestamp: .timestamp(Array(slots))
      // A stream's schema has none of these.
      case .date: .date(slots.map { Int32(truncatingIfNeeded: $0) })
      case .decimal(let precision, let scale): .decimal(slots.map { Int128($0) }, precision: precision, scale: scale)
      case .string: .string(texts(field, marks: marks, bodies: bodies))
      }
    return Column(values, validity: marks.contains(false) ? Array(marks) : nil)
  }

  private func texts(_ field: Int, marks: UnsafeBufferPointer<Bool>, bodies: [UInt8]) -> StringValues {
    var texts = StringValues()
    for row in 0..<count {
      let start = Int(slots[field * capacity + row])
      if !marks[row] {
        texts.append([])
      } else if case let length = Int(lengths[field * capacity + row]), length >= 0 {
        texts.append(bodies[start..<start + length])
      } else {
        texts.append(unescaped(bodies[start..<start - Int(lengths[field * capacity + row])]))
      }
    }
    return texts
  }
}
