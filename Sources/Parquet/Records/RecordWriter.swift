package import JSONText

extension ParquetRecords {
  /// Encodes rows as a file with one row group. Members that the shape does not name, or that have another type, are
  /// left out.
  package static func encode(_ rows: [JSON], as members: [Member], codec: ParquetCodec = .snappy) -> [UInt8] {
    var shredder = RecordShredder(members)
    for row in rows { shredder.add(row) }
    return shredder.file(rowCount: rows.count, codec: codec)
  }
}

/// Splits rows into columns with levels.
private struct RecordShredder {
  private struct Leaf {
    let path: [String]
    let storage: PhysicalColumn.Storage
    let maximalDefinition: Int
    let maximalRepetition: Int
    var definition: [UInt32] = []
    var repetition: [UInt32] = []
    /// PLAIN; booleans take one byte each until they are packed.
    var plain: [UInt8] = []
  }

  private let members: [ParquetRecords.Member]
  private var elements: [ThriftValue] = []
  private var leaves: [Leaf] = []

  init(_ members: [ParquetRecords.Member]) {
    self.members = members
    elements.append(.structure([4: .text("schema"), 5: .int32(Int32(members.count))]))
    for member in members { declare(member.name, member.shape, path: [], definition: 0, repetition: 0) }
  }

  // MARK: Schema

  private mutating func declare(
    _ name: String, _ shape: ParquetRecords.Shape, path: [String], definition: Int, repetition: Int
  ) {
    let path = path + [name]
    var fields: [Int16: ThriftValue] = [3: .int32(1), 4: .text(name)]
    func leaf(_ storage: PhysicalColumn.Storage, text: Bool = false) {
      fields[1] = .int32(Int32(storage.rawValue))
      if text {
        fields[6] = .int32(0)
        fields[10] = .structure([1: .empty])
      }
      elements.append(.structure(fields))
      leaves.append(
        Leaf(path: path, storage: storage, maximalDefinition: definition + 1, maximalRepetition: repetition))
    }
    switch shape {
    case .boolean: leaf(.boolean)
    case .integer: leaf(.int32)
    case .long: leaf(.int64)
    case .string: leaf(.byteArray, text: true)
    case .structure(let members):
      fields[5] = .int32(Int32(members.count))
      elements.append(.structure(fields))
      for member in members {
        declare(member.name, member.shape, path: path, definition: definition + 1, repetition: repetition)
      }
    case .list(let element):
      fields[5] = .int32(1)
      fields[6] = .int32(3)
      fields[10] = .structure([3: .empty])
      elements.append(.structure(fields))
      elements.append(.structure([3: .int32(2), 4: .text("list"), 5: .int32(1)]))
      declare("element", element, path: path + ["list"], definition: definition + 2, repetition: repetition + 1)
    case .map:
      fields[5] = .int32(1)
      fields[6] = .int32(1)
      fields[10] = .structure([2: .empty])
      elements.append(.structure(fields))
      elements.append(.structure([3: .int32(2), 4: .text("key_value"), 5: .int32(2)]))
      let text: [Int16: ThriftValue] = [1: .int32(6), 6: .int32(0), 10: .structure([1: .empty])]
      elements.append(.structure(text.merging([3: .int32(0), 4: .text("key")]) { $1 }))
      leaves.append(
        Leaf(
          path: path + ["key_value", "key"], storage: .byteArray, maximalDefinition: definition + 2,
          maximalRepetition: repetition + 1))
      elements.append(.structure(text.merging([3: .int32(1), 4: .text("value")]) { $1 }))
      leaves.append(
        Leaf(
          path: path + ["key_value", "value"], storage: .byteArray, maximalDefinition: definition + 3,
          maximalRepetition: repetition + 1))
    }
  }

  // MARK: Rows

  mutating func add(_ row: JSON) {
    var leaf = 0
    for member in members {
      add(row[member.name], member.shape, leaf: &leaf, definition: 0, repetition: 0, depth: 0)
    }
  }

  /// - Parameters:
  ///   - leaf: the index of the first leaf below; moved past the last.
  ///   - definition: how much of the path exists above.
  ///   - repetition: whether the row, or which list, continues.
  ///   - depth: how many lists there are above.
  private mutating func add(
    _ value: JSON?, _ shape: ParquetRecords.Shape, leaf: inout Int, definition: UInt32, repetition: UInt32,
    depth: UInt32
  ) {
    switch (shape, value) {
    case (.boolean, .boolean(let flag)?): put([flag ? 1 : 0], &leaf, definition + 1, repetition)
    case (.integer, .integer(let number)?):
      put(bytes(Int32(clamping: number).littleEndian), &leaf, definition + 1, repetition)
    case (.long, .integer(let number)?): put(bytes(number.littleEndian), &leaf, definition + 1, repetition)
    case (.string, .string(let text)?): put(plain(text), &leaf, definition + 1, repetition)
    case (.structure(let members), .object?):
      for member in members {
        add(
          value?[member.name], member.shape, leaf: &leaf, definition: definition + 1, repetition: repetition,
          depth: depth)
      }
    case (.list(let element), .array(let entries)?) where !entries.isEmpty:
      let first = leaf
      for (index, entry) in entries.enumerated() {
        leaf = first
        add(
          entry, element, leaf: &leaf, definition: definition + 2, repetition: index == 0 ? repetition : depth + 1,
          depth: depth + 1)
      }
    case (.map, .object(let entries)?) where !entries.isEmpty:
      for (index, entry) in entries.sorted(by: { $0.key < $1.key }).enumerated() {
        let repetition = index == 0 ? repetition : depth + 1
        var (key, value) = (leaf, leaf + 1)
        put(plain(entry.key), &key, definition + 2, repetition)
        if let text = entry.value.text {
          put(plain(text), &value, definition + 3, repetition)
        } else {
          put([], &value, definition + 2, repetition)
        }
      }
      leaf += 2
    case (.list, .array?), (.map, .object?): miss(shape, &leaf, definition + 1, repetition)
    default: miss(shape, &leaf, definition, repetition)
    }
  }

  /// Records in every leaf of the shape that the path ends at that level.
  private mutating func miss(
    _ shape: ParquetRecords.Shape, _ leaf: inout Int, _ definition: UInt32, _ repetition: UInt32
  ) {
    switch shape {
    case .structure(let members): for member in members { miss(member.shape, &leaf, definition, repetition) }
    case .list(let element): miss(element, &leaf, definition, repetition)
    case .map:
      put([], &leaf, definition, repetition)
      put([], &leaf, definition, repetition)
    default: put([], &leaf, definition, repetition)
    }
  }

  private mutating func put(_ plain: [UInt8], _ leaf: inout Int, _ definition: UInt32, _ repetition: UInt32) {
    leaves[leaf].definition.append(definition)
    leaves[leaf].repetition.append(repetition)
    leaves[leaf].plain += plain
    leaf += 1
  }

  private func bytes(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

  private func plain(_ text: String) -> [UInt8] { bytes(UInt32(text.utf8.count).littleEndian) + Array(text.utf8) }

  // MARK: The file

  func file(rowCount: Int, codec: ParquetCodec) -> [UInt8] {
    var bytes = ParquetFrame.beginning
    var chunks: [ThriftValue] = []
    for leaf in leaves where rowCount > 0 {
      var content: [UInt8] = []
      for (levels, maximum) in [(leaf.repetition, leaf.maximalRepetition), (leaf.definition, leaf.maximalDefinition)]
      where maximum > 0 {
        let runs = RunLengthHybrid.encode(levels, bitWidth: Int.bitWidth - maximum.leadingZeroBitCount)
        content += self.bytes(UInt32(runs.count).littleEndian) + runs
      }
      if leaf.storage == .boolean { content.appendBits(leaf.plain.map { $0 == 1 }) } else { content += leaf.plain }
      chunks.append(
        ParquetFrame.append(
          [ParquetFrame.Page(content: content, valueCount: leaf.definition.count)], path: leaf.path,
          storage: leaf.storage, codec: codec, statistics: nil, to: &bytes))
    }
    let groups = rowCount > 0 ? [ParquetFrame.group(chunks, rowCount: rowCount)] : []
    bytes += ParquetFrame.ending(elements, groups: groups, rowCount: rowCount, leafCount: leaves.count)
    return bytes
  }
}
