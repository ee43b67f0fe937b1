import Columnar

/// The rows of a batch while they are read: for each field a number or a position in the bodies, and whether it has a value.
/// Its only user frees it with ``deallocate()``.
struct EventRows {
  let width: Int
  private let hasTexts: Bool
  private var capacity: Int
  var count = 0
  var dateCache = DateCache()
  /// Field after field, `capacity` each: the value's bits, or the position of a text's first byte.
  private var slots: UnsafeMutablePointer<Int64>
  /// As `slots`: a text's count of bytes, negative if it has escapes.
  private var lengths: UnsafeMutablePointer<Int64>
  private var validity: UnsafeMutablePointer<Bool>
  /// One a row: the index in the batch of the message that holds it.
  private var messages: UnsafeMutablePointer<Int32>
  /// One a field: how the current event names it.
  private let names: UnsafeMutablePointer<NameMatch>
  /// One a field: whether some event names it, with null or with anything else.
  private let seen: UnsafeMutablePointer<Bool>

  /// - Parameter capacity: the expected number of rows; it grows if more come.
  init(schema: Schema, capacity: Int) {
    width = schema.fields.count
    self.capacity = max(1, capacity)
    hasTexts = schema.fields.contains { $0.type == .string }
    slots = .allocate(capacity: max(1, width * self.capacity))
    lengths = .allocate(capacity: hasTexts ? width * self.capacity : 1)
    validity = .allocate(capacity: max(1, width * self.capacity))
    messages = .allocate(capacity: self.capacity)
    names = .allocate(capacity: max(1, width))
    seen = .allocate(capacity: max(1, width))
    seen.initialize(repeating: false, count: max(1, width))
  }

  func deallocate() {
    slots.deallocate()
    lengths.deallocate()
    validity.deallocate()
    messages.deallocate()
    names.deallocate()
    seen.deallocate()
  }

  var seenFields: [Bool] { Array(UnsafeBufferPointer(start: seen, count: width)) }

  var rowMessages: [Int32] { Array(UnsafeBufferPointer(start: messages, count: count)) }

  @inline(__always)
  mutating func beginRow(of message: Int) {
    if count == capacity { grow() }
    messages[count] = Int32(truncatingIfNeeded: message)
    for field in 0..<width {
      slots[field * capacity + count] = 0
      validity[field * capacity + count] = false
      names[field] = .none
    }
  }

  /// Messages may hold several events.
  private mutating func grow() {
    let (old, new) = (capacity, capacity * 2)
    func moved<Element>(_ from: UnsafeMutablePointer<Element>, width: Int) -> UnsafeMutablePointer<Element> {
      let to = UnsafeMutablePointer<Element>.allocate(capacity: max(1, width * new))
      for field in 0..<width { (to + field * new).update(from: from + field * old, count: count) }
      from.deallocate()
      return to
    }
    slots = moved(slots, width: width)
    if hasTexts { lengths = moved(lengths, width: width) }
    validity = moved(validity, width: width)
    messages = moved(messages, width: 1)
    capacity = new
  }

  /// Whether a value under that name counts: an exact name wins over one that differs by case; of equal names the last.
  @inline(__always)
  func takes(_ field: Int, named match: NameMatch) -> Bool {
    if match == .butForCase, names[field] == .exact { return false }
    names[field] = match
    seen[field] = true
    return true
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
        let end = start - Int(lengths[field * capacity + row])
        texts.append(bodies.withUnsafeBufferPointer { unescaped(UnsafeBufferPointer(rebasing: $0[start..<end])) })
      }
    }
    return texts
  }
}
